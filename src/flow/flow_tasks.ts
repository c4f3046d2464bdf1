import type { FailureKind } from '../error.js';
import type { Picture, Plane } from '../picture.js';
import { certainty } from './certainty.js';
import { type EstimatorName, estimateFlow } from './estimator.js';
import type { FlowField } from './flow_field.js';
import type { FlowModel } from './flow_model.js';
import { FlowModelSession } from './flow_model_session.js';
import type { FramePair } from './photometric.js';

/** What the main thread asks a flow thread for: one direction of a pair, or a pair's certainty. */
export type FlowTask =
  | { readonly kind: 'flow'; readonly from: Plane; readonly to: Plane; readonly estimator: EstimatorName }
  | { readonly kind: 'model'; readonly from: Picture; readonly to: Picture; readonly model: FlowModel }
  | ({
      readonly kind: 'certainty';
      readonly backward: FlowField;
      readonly forward: FlowField;
      /** Whether the certainty of the forward flow is wanted too. */
      readonly bothWays?: boolean;
      /** Both or none: with them the photometric gate is on. */
    } & Partial<FramePair>);

export interface FlowResult {
  flow: { readonly flow: FlowField };
  model: { readonly flow: FlowField };
  /** The fields come back with their certainty: they were handed over, not copied. */
  certainty: {
    readonly backward: FlowField;
    readonly forward: FlowField;
    readonly certainty: Plane;
    readonly forwardCertainty?: Plane;
  };
}

/** What a flow thread answers: a result, or what is left of an error on the way between threads. */
export type FlowAnswer =
  | { readonly result: FlowResult[FlowTask['kind']] }
  | { readonly failure: { kind: FailureKind; code: string; message: string; stack?: string } };

/** Asks a flow thread to end by itself, when it has done what it is at. */
export interface FlowEnd {
  readonly kind: 'end';
}

const session = new FlowModelSession();

/** Does a task, in whichever thread it is called. */
export async function runTask(task: FlowTask): Promise<FlowResult[FlowTask['kind']]> {
  if (task.kind === 'model') return { flow: await session.estimate(task.from, task.to, task.model) };
  if (task.kind === 'flow') return { flow: estimateFlow(task.from, task.to, task.estimator) };
  const { backward, forward, previous, current, bothWays } = task;
  const frames = previous && current && { previous, current };
  const result = { backward, forward, certainty: certainty(backward, forward, frames) };
  if (!bothWays) return result;
  const swapped = frames && { previous: frames.current, current: frames.previous };
  return { ...result, forwardCertainty: certainty(forward, backward, swapped) };
}

/** Frees what tasks left open. */
export const endTasks = (): Promise<void> => session.close();

/** The memory behind a task or a result, which changes hands instead of being copied. */
export function buffersOf(message: FlowTask | FlowResult[FlowTask['kind']]): ArrayBuffer[] {
  return Object.values(message)
    .flatMap((part: unknown) => (part !== null && typeof part === 'object' ? Object.values(part) : []))
    .filter((value) => value instanceof Float32Array)
    .map((array) => array.buffer as ArrayBuffer);
}
