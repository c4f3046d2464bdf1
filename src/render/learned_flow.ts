import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { externalFiles } from '../engine/index.js';
import { invalidArgument } from '../error.js';
import { type Estimator, requireEstimator } from '../flow/estimator.js';
import type { FlowField } from '../flow/flow_field.js';
import type { FlowModel } from '../flow/flow_model.js';
import { FlowWorkers } from '../flow/flow_workers.js';
import { createPicture, type Picture } from '../picture.js';
import { isThere } from '../there.js';
import { interrupted } from './interrupted.js';
import type { Settings } from './options/setting_types.js';
import { fileHash } from './work/file_hash.js';

/** What flow is estimated with, as the settings say; a model evaluates on `threads` threads. */
export function estimatorOf(settings: Settings, threads: number): Estimator {
  return modelOf(settings, threads) ?? settings.flow;
}

function modelOf({ flowModel, flowModelRange }: Settings, threads: number): FlowModel | undefined {
  return flowModel === undefined ? undefined : { path: flowModel, range: flowModelRange, threads };
}

/** What people call it: the model's file name, or the estimator's name. */
export function estimatorName({ flow, flowModel }: Settings): string {
  return flowModel === undefined ? flow : basename(flowModel);
}

/**
 * Refuses what no estimator can be had for: two sources of flow, or a package that is not there.
 * @throws NstError usage INVALID_ARGUMENT; environment OPENCV_MISSING
 */
export function requireFlow(settings: Settings): void {
  const { flowDir, flowModel } = settings;
  if (flowDir !== undefined && flowModel !== undefined)
    throw invalidArgument('--flow-model', 'no --flow-dir beside it: flow is read or estimated', flowModel);
  if (flowDir === undefined && flowModel === undefined) requireEstimator(settings.flow);
}

/**
 * What tells two models apart: SHA-256 of the file and of those beside it that it keeps weights in, as
 * newer PyTorch in `<file>.data`, and the range its pictures have. Undefined where there is no model.
 *
 * @throws NstError input FILE_MISSING
 */
export async function flowModelIdentity({
  flowModel,
  flowModelRange,
}: Settings): Promise<string | undefined> {
  if (flowModel === undefined) return undefined;
  const hash = createHash('sha256').update(`${await fileHash(flowModel)}\n`);
  for (const file of await weightFiles(flowModel)) hash.update(`${await fileHash(file)}\n`);
  return `${hash.digest('hex')} ${flowModelRange}`;
}

/** The files of weights beside a model that are there; who opens it tells of one that is missing. */
async function weightFiles(flowModel: string): Promise<string[]> {
  const named = externalFiles(await readFile(flowModel));
  const beside = [`${basename(flowModel)}.data`, ...named.map((name) => name.replaceAll('\0', ''))];
  return [...new Set(beside.map((name) => join(dirname(flowModel), name)))].filter(isThere);
}

/** How far the pattern moves that a model is tried with, px. */
const MOVED = { u: 3, v: -2 };
/** A model that finds the movement so well, px, has been understood. */
const UNDERSTOOD = 1.5;

/**
 * Evaluates the model of the settings once, on a pattern that moves, so that a file of no use is refused before
 * anything is painted.
 *
 * @param size of the frames
 * @returns a note where the model does not see how the pattern moves
 * @throws NstError as FlowModelSession.estimate; input FILE_MISSING; interrupted INTERRUPTED
 */
export async function tryFlowModel(
  settings: Settings,
  size: { readonly width: number; readonly height: number },
  threads: number,
  signal?: AbortSignal,
): Promise<string[]> {
  const model = modelOf(settings, threads);
  if (!model) return [];
  await fileHash(model.path);
  const workers = new FlowWorkers();
  let flow: FlowField;
  try {
    flow = await workers.estimate(pattern(size, 0, 0), pattern(size, MOVED.u, MOVED.v), model);
  } finally {
    await workers.close();
  }
  if (signal?.aborted) throw interrupted(signal.reason);
  const [u, v] = [median(flow.u), median(flow.v)];
  if (Math.hypot(u - MOVED.u, v - MOVED.v) <= UNDERSTOOD) return [];
  return [
    `--flow-model ${model.path}: sees a test pattern that moves by ${MOVED.u}, ${MOVED.v} px move by ` +
      `${u.toFixed(1)}, ${v.toFixed(1)} px; is ${model.range} what it takes (--flow-model-range)?`,
  ];
}

/** Coloured waves of several lengths and directions, moved by (u, v) px. */
function pattern({ width, height }: { width: number; height: number }, u: number, v: number): Picture {
  const picture = createPicture(width, height);
  for (let c = 0, o = 0; c < 3; c++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++, o++) {
        const [p, q] = [x - u, y - v];
        const waves =
          Math.sin((p + 0.4 * q) / 5 + c) + Math.sin((q - 0.7 * p) / 8 - c) + Math.sin((p - 2 * q) / 31);
        picture.data[o] = 128 + 35 * waves;
      }
  return picture;
}

function median(values: Float32Array): number {
  return Float32Array.from(values).sort()[values.length >> 1];
}
