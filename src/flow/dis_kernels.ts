import { wasmKernels } from '../wasm_module.js';

/** The exports of dis.wasm as src/flow/assembly/index.ts documents them; planes are byte addresses. */
export interface DisKernels {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  fillApron(plane: number, width: number, height: number, stride: number): void;
  halve(from: number, fromStride: number, to: number, toStride: number, width: number, height: number): void;
  enlarge(
    from: number,
    fromWidth: number,
    fromHeight: number,
    fromStride: number,
    to: number,
    width: number,
    height: number,
    stride: number,
    scale: number,
  ): void;
  padBorder(
    from: number,
    width: number,
    height: number,
    stride: number,
    to: number,
    toStride: number,
    border: number,
  ): void;
  centralDifferences(
    from: number,
    alongX: number,
    alongY: number,
    width: number,
    height: number,
    stride: number,
  ): void;
  warp(from: number, u: number, v: number, to: number, width: number, height: number, stride: number): void;
  meanAndDifference(
    a: number,
    b: number,
    mean: number,
    difference: number,
    width: number,
    height: number,
    stride: number,
  ): void;
  setLevel(
    width: number,
    height: number,
    stride: number,
    source: number,
    gradientX: number,
    gradientY: number,
    target: number,
    targetStride: number,
    border: number,
    spacing: number,
  ): void;
  setLeastGain(gain: number): void;
  searchPatches(
    u: number,
    v: number,
    iterations: number,
    passes: number,
    scratch: number,
    reach: number,
    most: number,
    margin: number,
  ): void;
  densify(patches: number, u: number, v: number, weights: number): void;
  splitColumns(
    plane: number,
    stride: number,
    field: number,
    half: number,
    halfStride: number,
    width: number,
    height: number,
  ): void;
  mergeColumns(
    field: number,
    half: number,
    halfStride: number,
    plane: number,
    stride: number,
    width: number,
    height: number,
  ): void;
  linearise(base: number, half: number, halfStride: number, halfWidth: number, height: number): void;
  dataTerm(
    base: number,
    half: number,
    halfStride: number,
    halfWidth: number,
    height: number,
    brightness: number,
    gradient: number,
    epsilonSquared: number,
    zetaSquared: number,
  ): void;
  smoothnessTerm(
    base: number,
    half: number,
    halfStride: number,
    width: number,
    height: number,
    weight: number,
    epsilonSquared: number,
    omega: number,
    edges: number,
  ): void;
  relax(
    base: number,
    half: number,
    halfStride: number,
    halfWidth: number,
    height: number,
    iterations: number,
    omega: number,
    together: number,
  ): void;
}

/** A fresh instance of the kernels with memory of its own. Throws `FLOW_KERNELS_MISSING` (environment). */
export const loadKernels: () => DisKernels = wasmKernels(new URL('./dis.wasm', import.meta.url), 'flow');
