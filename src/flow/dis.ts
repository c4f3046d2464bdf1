import { NstError } from '../error.js';
import type { Plane } from '../picture.js';
import { type DisKernels, loadKernels } from './dis_kernels.js';
import {
  FIELD,
  fieldGeometry,
  type Layout,
  type Level,
  layOut,
  PATCH,
  TARGET_BORDER,
  targetStride,
  type Workspace,
} from './dis_layout.js';
import type { DisParameters } from './dis_parameters.js';
import { createFlowField, type FlowField, requireFrame, requireSameSize } from './flow_field.js';
import { grainOf } from './noise.js';

/** A dense inverse search with memory of its own, which grows to what its largest frame needs. */
export interface Dis {
  /** Flow between two lumas `[H,W]`, 0..255, px. Deterministic. */
  estimate(from: Plane, to: Plane, parameters: DisParameters): FlowField;
}

/**
 * Relaxation sweeps that go down the frame together: at 1080p a row of the linear system is 70 kB, and the
 * eight rows that six sweeps touch at a time fit the second-level cache of most cores.
 */
const SWEEPS_TOGETHER = 6;

/**
 * Levels with a longer side than this, px, seek their lost patches as far as a tenth of it, which is 64 px at
 * 640×360: on smaller levels a patch is larger than what would be lost.
 */
const SEEK_LEAST_SIDE = 100;
const SEEK_SHARE = 0.1;

/**
 * Shares of the grain's variance, per pixel of a patch, and of its deviation: the best of ½ to 2 and 0 to 4 on the
 * pairs of `npm run bench:flow` and on still and slowly moving scenes with grain of 1 to 10 grey levels.
 */
const GRAIN_GAIN = 0.75;
const GRAIN_ZETA = 1;
/** What is taken for grain below 0.8 grey levels is the texture of clean frames as often; from 1 on all of it counts. */
const CLEAN = 0.8;
const GRAINY = 1;

/** Loads the kernels. Throws `FLOW_KERNELS_MISSING` (environment). */
export function createDis(): Dis {
  const kernels = loadKernels();
  return {
    estimate(from, to, parameters) {
      requireFrame('from', from);
      requireFrame('to', to);
      requireSameSize('to', from, to);
      // A frame narrower or lower than a patch is continued by its border; the flow is cropped again.
      const width = Math.max(from.width, PATCH);
      const height = Math.max(from.height, PATCH);
      const layout = layOut(width, height, parameters.finestLevel, parameters.patchSpacing);
      growTo(kernels, layout.bytes);
      const memory = new Float32Array(kernels.memory.buffer);
      buildPyramids(kernels, memory, layout, from, to);
      const found = Math.max(grainOf(from), grainOf(to));
      const grain = found * Math.min(1, Math.max(0, (found - CLEAN) / (GRAINY - CLEAN)));
      coarseToFine(kernels, layout, parameters, grain);
      return readFlow(memory, layout.levels[0], from.width, from.height);
    },
  };
}

function growTo({ memory }: DisKernels, bytes: number): void {
  const missing = bytes - memory.buffer.byteLength;
  if (missing <= 0) return;
  try {
    memory.grow(Math.ceil(missing / 65_536));
  } catch (cause) {
    const megabytes = Math.ceil(bytes / 1e6);
    throw new NstError('resources', 'FLOW_OUT_OF_MEMORY', `flow: found no ${megabytes} MB of memory`, {
      cause,
    });
  }
}

/** Copies a frame into a plane at least as large, continuing it by its last column and row. */
function writeFrame(memory: Float32Array, address: number, level: Level, frame: Plane): void {
  const start = address >>> 2;
  for (let y = 0; y < level.height; y++) {
    const from = Math.min(y, frame.height - 1) * frame.width;
    const row = start + y * level.stride;
    memory.set(frame.data.subarray(from, from + frame.width), row);
    memory.fill(frame.data[from + frame.width - 1], row + frame.width, row + level.width);
  }
}

function buildPyramids(kernels: DisKernels, memory: Float32Array, layout: Layout, from: Plane, to: Plane) {
  const { levels } = layout;
  for (const [key, frame] of [['from', from] as const, ['to', to] as const]) {
    writeFrame(memory, levels[0][key], levels[0], frame);
    kernels.fillApron(levels[0][key], levels[0].width, levels[0].height, levels[0].stride);
    for (let i = 1; i < levels.length; i++) {
      const { width, height, stride } = levels[i];
      kernels.halve(levels[i - 1][key], levels[i - 1].stride, levels[i][key], stride, width, height);
      kernels.fillApron(levels[i][key], width, height, stride);
    }
  }
}

/**
 * Noise in a flat region looks like motion: some displacement always fits the grain of two frames better than the
 * true one, the more so between pixels, where interpolation smooths half of it away. So patches move only for a gain
 * that grain of standard deviation `grain` does not give, and gradients count little where they are no larger
 * than it. A level has half the grain of the finer one, four of whose pixels it averages.
 */
function withGrain(kernels: DisKernels, parameters: DisParameters, grain: number): DisParameters {
  kernels.setLeastGain(GRAIN_GAIN * PATCH * PATCH * grain * grain);
  return { ...parameters, zeta: Math.max(parameters.zeta, GRAIN_ZETA * grain) };
}

/** From the coarsest level, where the flow starts at rest, to the finest; then enlarged to full size. */
function coarseToFine(kernels: DisKernels, layout: Layout, given: DisParameters, grain: number): void {
  const { levels, finest, workspace } = layout;
  const memory = new Float32Array(kernels.memory.buffer);
  const coarsest = levels.length - 1;
  for (let i = coarsest; i >= 0; i--) {
    const level = levels[i];
    if (i === coarsest) clearFlow(memory, level);
    else enlargeFlow(kernels, levels[i + 1], level);
    if (i < finest) continue;
    const parameters = withGrain(kernels, given, grain / 2 ** i);
    search(kernels, level, workspace, parameters);
    for (let k = 0; k < parameters.warps; k++) refine(kernels, memory, level, workspace, parameters);
  }
}

function clearFlow(memory: Float32Array, { u, v, stride, height }: Level): void {
  memory.fill(0, u >>> 2, (u >>> 2) + stride * height);
  memory.fill(0, v >>> 2, (v >>> 2) + stride * height);
}

function enlargeFlow(kernels: DisKernels, from: Level, to: Level): void {
  const fromSize = [from.width, from.height, from.stride] as const;
  const toSize = [to.width, to.height, to.stride] as const;
  kernels.enlarge(from.u, ...fromSize, to.u, ...toSize, to.width / from.width);
  kernels.enlarge(from.v, ...fromSize, to.v, ...toSize, to.height / from.height);
}

/** How far away a level seeks lost patches, px; 0: it does not. */
function seekReach(width: number, height: number, largestSide: number): number {
  const side = Math.max(width, height);
  return side > SEEK_LEAST_SIDE && side <= largestSide ? Math.round(SEEK_SHARE * side) : 0;
}

function search(kernels: DisKernels, level: Level, workspace: Workspace, parameters: DisParameters): void {
  const { width, height, stride, from, to, u, v } = level;
  const [gradientX, gradientY, weights] = workspace.planes;
  const paddedStride = targetStride(width);
  kernels.centralDifferences(from, gradientX, gradientY, width, height, stride);
  kernels.padBorder(to, width, height, stride, workspace.target, paddedStride, TARGET_BORDER);
  kernels.setLevel(
    width,
    height,
    stride,
    from,
    gradientX,
    gradientY,
    workspace.target,
    paddedStride,
    TARGET_BORDER,
    parameters.patchSpacing,
  );
  const steps = Math.floor(parameters.searchIterations / parameters.searchPasses);
  kernels.searchPatches(
    u,
    v,
    steps,
    parameters.searchPasses,
    workspace.patches,
    seekReach(width, height, parameters.seekSide),
    parameters.seekMost,
    parameters.seekMargin,
  );
  kernels.densify(workspace.patches, u, v, weights);
}

/** One warp of the variational refinement (Brox et al. 2004): derivatives, then robust linear systems. */
function refine(
  kernels: DisKernels,
  memory: Float32Array,
  level: Level,
  workspace: Workspace,
  parameters: DisParameters,
): void {
  const { width, height, stride, from, to, u, v } = level;
  const { halfWidth, halfStride, half } = fieldGeometry(width, height);
  const field = 2 * half;
  const base = workspace.fields + (halfStride + 4) * 4;
  const [ix, iy, difference, a, b] = workspace.planes;
  const size = [width, height, stride] as const;
  const split = (plane: number, to: number) =>
    kernels.splitColumns(plane, stride, base + to * field, half, halfStride, width, height);

  kernels.warp(to, u, v, a, ...size);
  kernels.fillApron(a, ...size);
  // The spatial derivatives are those of the mean of both frames.
  kernels.meanAndDifference(from, a, b, difference, ...size);
  kernels.fillApron(b, ...size);
  kernels.fillApron(difference, ...size);
  kernels.centralDifferences(b, ix, iy, ...size);
  split(ix, FIELD.ix);
  split(iy, FIELD.iy);
  split(difference, FIELD.it);
  kernels.centralDifferences(difference, a, b, ...size);
  split(a, FIELD.ixt);
  split(b, FIELD.iyt);
  kernels.fillApron(ix, ...size);
  kernels.fillApron(iy, ...size);
  kernels.centralDifferences(ix, a, b, ...size);
  split(a, FIELD.ixx);
  split(b, FIELD.ixy);
  kernels.centralDifferences(iy, a, b, ...size);
  split(b, FIELD.iyy);
  // From here on the scratch planes are gone: links and flow lie over what the search left. Their
  // aprons must hold numbers, since a cut link multiplies what lies there by 0.
  const links = (workspace.fields + FIELD.linkX * field) >>> 2;
  memory.fill(0, links, links + 4 * (field >>> 2));
  kernels.fillApron(u, ...size);
  kernels.fillApron(v, ...size);
  split(u, FIELD.u);
  split(v, FIELD.v);
  kernels.linearise(base, half, halfStride, halfWidth, height);

  const { delta, gamma, alpha, epsilon, zeta, omega, relaxations } = parameters;
  const epsilon2 = epsilon * epsilon;
  const edges = 1 / parameters.contrast ** 2;
  for (let k = 0; k < parameters.fixedPoints; k++) {
    kernels.dataTerm(base, half, halfStride, halfWidth, height, delta / 2, gamma / 2, epsilon2, zeta * zeta);
    kernels.smoothnessTerm(base, half, halfStride, width, height, alpha / 2, epsilon2, omega, edges);
    kernels.relax(base, half, halfStride, halfWidth, height, relaxations, omega, SWEEPS_TOGETHER);
  }
  kernels.mergeColumns(base + FIELD.u * field, half, halfStride, u, stride, width, height);
  kernels.mergeColumns(base + FIELD.v * field, half, halfStride, v, stride, width, height);
}

function readFlow(memory: Float32Array, level: Level, width: number, height: number): FlowField {
  const flow = createFlowField(width, height);
  const u = level.u >>> 2;
  const v = level.v >>> 2;
  for (let y = 0; y < height; y++) {
    const row = y * level.stride;
    flow.u.set(memory.subarray(u + row, u + row + width), y * width);
    flow.v.set(memory.subarray(v + row, v + row + width), y * width);
  }
  return flow;
}
