import { existsSync } from 'node:fs';
import type { Estimator } from '../../flow/estimator.js';
import { encodeFlo, readFlo } from '../../flow/flo.js';
import type { FlowField } from '../../flow/flow_field.js';
import type { FlowWorkers } from '../../flow/flow_workers.js';
import { writeAtomic } from '../../frames/atomic.js';
import { readPlane, writePlane } from '../../frames/plane_file.js';
import type { Plane } from '../../picture.js';
import type { SourceFrames } from './source_frames.js';
import type { WorkFolder } from './work_folder.js';

export interface StoredFlow {
  /** From frame i to frame i−1, px. */
  readonly backward: FlowField;
  /** 0..1 */
  readonly certainty: Plane;
}

/** Where the flow of a frame comes from when it is not stored yet. */
export type FlowSource = (index: number) => Promise<StoredFlow>;

/** Flow estimated from the source frames. */
export function estimatedFlow(
  sources: SourceFrames,
  workers: FlowWorkers,
  estimator: Estimator,
  signal: AbortSignal,
): FlowSource {
  return async (index) => {
    const [previous, current] = await Promise.all([sources.get(index - 1), sources.get(index)]);
    return workers.pair(previous, current, estimator, signal);
  };
}

/** Backward flow and certainty of each frame, made while earlier frames are painted and kept in the work folder. */
export class FlowAhead {
  private readonly started = new Map<number, Promise<void>>();

  constructor(
    private readonly folder: WorkFolder,
    private readonly source: FlowSource,
  ) {}

  /** Begins the flow of frame `index` unless it is stored or under way. */
  prefetch(index: number): void {
    this.begin(index).catch(() => undefined); // the error reaches whoever asks for this frame
  }

  /** As stored: what a resumed run will read is what this run uses. */
  async get(index: number): Promise<StoredFlow> {
    await this.begin(index);
    this.started.delete(index);
    const [backward, certainty] = await Promise.all([
      readFlo(this.folder.flow(index)),
      readPlane(this.folder.certainty(index)),
    ]);
    return { backward, certainty };
  }

  private begin(index: number): Promise<void> {
    let work = this.started.get(index);
    if (!work) {
      work = this.compute(index);
      this.started.set(index, work);
    }
    return work;
  }

  private async compute(index: number): Promise<void> {
    const flowPath = this.folder.flow(index);
    const certaintyPath = this.folder.certainty(index);
    if (existsSync(flowPath) && existsSync(certaintyPath)) return;
    const { backward, certainty } = await this.source(index);
    await writeAtomic(flowPath, encodeFlo(backward));
    await writePlane(certaintyPath, certainty);
  }
}
