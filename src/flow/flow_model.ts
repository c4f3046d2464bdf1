import type { DeclaredInput, Value } from '../engine/onnx_file.js';
import { NstError } from '../error.js';
import type { Picture } from '../picture.js';
import { createFlowField, type FlowField, isKnown } from './flow_field.js';
import { resizeFlow, resizePlane } from './resize_flow.js';

/** What a model takes a picture's 0..255 as. */
export const FLOW_MODEL_RANGES = ['0..255', '0..1', '-1..1'] as const;
export type FlowModelRange = (typeof FLOW_MODEL_RANGES)[number];

/** A learned estimator: a model file that takes two pictures and gives the flow from the first to the second. */
export interface FlowModel {
  readonly path: string;
  readonly range: FlowModelRange;
  /** Processor threads of an evaluation; results may differ in their last bits between counts. */
  readonly threads: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * RAFT (Teed & Deng 2020) computes at an eighth of the size, so both sides must be multiples of 8, and compares
 * features at an eighth of that again, of which there must be two.
 */
const MULTIPLE = 8;
const LEAST_SIDE = 128;

/** How frames of one size are laid into the pictures that a model takes. */
export interface ModelLayout {
  /** As the frame is resized: its own size, unless the model takes one size only. */
  readonly frame: Size;
  /** What the model takes: the resized frame, continued by its border on all sides alike, as RAFT does. */
  readonly model: Size;
  readonly left: number;
  readonly top: number;
}

/**
 * Finds how frames of a size go into a model, by what its file says of its inputs: two pictures `[1,3,H,W]`, or both
 * in one input, `[1,6,H,W]` or `[1,2,3,H,W]`, of any size or of one.
 *
 * @throws NstError input FLOW_MODEL_BAD naming the file, what is expected and what is found
 */
export function layOutModel(path: string, inputs: readonly DeclaredInput[], frame: Size): ModelLayout {
  const shapes =
    inputs.length === 1
      ? [
          [1, 6],
          [1, 2, 3],
        ]
      : [[1, 3]];
  const fits = (shape: DeclaredInput['shape']) =>
    shapes.some(
      (lead) =>
        shape.length === lead.length + 2 &&
        lead.every((extent, axis) => (shape[axis] ?? extent) === extent) &&
        // A side as short as that is the channels of a model that wants them last.
        shape.slice(-2).every((extent) => (extent ?? MULTIPLE) >= MULTIPLE),
    );
  const known = inputs.every(({ type, shape }) => ['float32', 'float16'].includes(type) && fits(shape));
  if (inputs.length < 1 || inputs.length > 2 || !known)
    throw flowModelBad(path, 'two inputs float32[1,3,H,W]', `${describe(inputs)}`);
  const sizes = inputs.map(({ shape }) => shape.slice(-2));
  const side = (axis: 0 | 1, length: number) => {
    const padded = Math.max(LEAST_SIDE, Math.ceil(length / MULTIPLE) * MULTIPLE);
    const fixed = sizes.map((size) => size[axis]).find((extent) => extent !== undefined);
    if (fixed === undefined) return { frame: length, model: padded };
    // A size that padding leads to is reached by padding; any other by resizing.
    return { frame: fixed - MULTIPLE < length && length <= fixed ? length : fixed, model: fixed };
  };
  const [y, x] = [side(0, frame.height), side(1, frame.width)];
  return {
    frame: { width: x.frame, height: y.frame },
    model: { width: x.model, height: y.model },
    left: Math.floor((x.model - x.frame) / 2),
    top: Math.floor((y.model - y.frame) / 2),
  };
}

/** Two frames of a size as the model's inputs, one value for each. */
export function modelInputs(
  from: Picture,
  to: Picture,
  inputs: readonly DeclaredInput[],
  layout: ModelLayout,
  range: FlowModelRange,
): Value[] {
  const { width, height } = layout.model;
  const size = 3 * width * height;
  const both = new Float32Array(2 * size);
  lay(from, both.subarray(0, size), layout, range);
  lay(to, both.subarray(size), layout, range);
  if (inputs.length === 2)
    return [both.slice(0, size), both.slice(size)].map((data) => ({ shape: [1, 3, height, width], data }));
  const lead = inputs[0].shape.length === 4 ? [1, 6] : [1, 2, 3];
  return [{ shape: [...lead, height, width], data: both }];
}

/** Resizes a picture, brings it into the model's range and continues it by its border. */
function lay(picture: Picture, into: Float32Array, layout: ModelLayout, range: FlowModelRange): void {
  const { frame, model, left, top } = layout;
  const n = picture.width * picture.height;
  const value = SCALES[range];
  for (let c = 0; c < 3; c++) {
    const plane = { ...picture, data: picture.data.subarray(c * n, (c + 1) * n) };
    const { data } = resizePlane(plane, frame.width, frame.height);
    for (let y = 0, o = c * model.width * model.height; y < model.height; y++) {
      const row = clamp(y - top, frame.height) * frame.width;
      for (let x = 0; x < model.width; x++, o++) into[o] = value(data[row + clamp(x - left, frame.width)]);
    }
  }
}

const clamp = (position: number, length: number): number => Math.min(length - 1, Math.max(0, position));

const SCALES: Readonly<Record<FlowModelRange, (grey: number) => number>> = {
  '0..255': (grey) => grey,
  '0..1': (grey) => grey / 255,
  '-1..1': (grey) => grey / 127.5 - 1,
};

/**
 * The flow of a frame, px, out of what a model gives: the last output of full size, `[1,2,H,W]`. Models that refine
 * their flow step by step give every step, or a coarse one beside the last.
 *
 * @param size of the frame
 * @throws NstError input FLOW_MODEL_BAD where no output has that shape, or a vector is no number
 */
export function flowOfOutputs(
  path: string,
  outputs: ReadonlyMap<string, Value>,
  layout: ModelLayout,
  size: Size,
): FlowField {
  const { frame, model, left, top } = layout;
  const wanted = [2, model.height, model.width];
  const output = [...outputs].findLast(([, { shape }]) => isShape(shape, wanted));
  if (!output) {
    const found = [...outputs].map(([name, { shape }]) => `${name} [${shape}]`).join(', ');
    throw flowModelBad(path, `an output [1,${wanted}]`, found || 'no output of floating-point numbers');
  }
  const [name, { data }] = output;
  const flow = createFlowField(frame.width, frame.height);
  for (let y = 0; y < frame.height; y++) {
    const row = (y + top) * model.width + left;
    flow.u.set(data.subarray(row, row + frame.width), y * frame.width);
    const below = row + model.width * model.height;
    flow.v.set(data.subarray(below, below + frame.width), y * frame.width);
  }
  const bad = flow.u.findIndex((_, i) => !isKnown(flow, i));
  if (bad >= 0) {
    const at = `${bad % frame.width},${Math.floor(bad / frame.width)}`;
    throw flowModelBad(
      path,
      'vectors of finite length',
      `${flow.u[bad]}, ${flow.v[bad]} px at ${at} of ${name}`,
    );
  }
  return resizeFlow(flow, size.width, size.height);
}

/** Whether a shape is the wanted one after any number of leading ones. */
function isShape(shape: readonly number[], wanted: readonly number[]): boolean {
  const lead = shape.length - wanted.length;
  return lead >= 0 && shape.every((extent, axis) => extent === (axis < lead ? 1 : wanted[axis - lead]));
}

function flowModelBad(path: string, expected: string, found: string): NstError {
  const message = `--flow-model ${path}: expected ${expected}, found ${found}`;
  return new NstError('input', 'FLOW_MODEL_BAD', message);
}

function describe(inputs: readonly DeclaredInput[]): string {
  if (inputs.length === 0) return 'none';
  return inputs.map(({ name, type, shape }) => `${name} ${type}[${shape.map((n) => n ?? '?')}]`).join(', ');
}
