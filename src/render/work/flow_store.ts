import { existsSync } from 'node:fs';
import PQueue from 'p-queue';
import type { Estimator } from '../../flow/estimator.js';
import { encodeFlo, readFlo } from '../../flow/flo.js';
import type { FlowField } from '../../flow/flow_field.js';
import type { FlowWorkers } from '../../flow/flow_workers.js';
import { medianShift, type Shift } from '../../flow/shift.js';
import { writeAtomic } from '../../frames/atomic.js';
import { readPlane, writePlane } from '../../frames/plane_file.js';
import type { Plane } from '../../picture.js';
import type { Direction } from './flow_folder.js';
import type { SourceFrames } from './source_frames.js';
import type { WorkFolder } from './work_folder.js';

/** The motion from one frame to another. */
export interface Motion {
  /** Where a pixel of the one is in the other, px: it warps a picture of the other into the one. */
  readonly flow: FlowField;
  /** 0..1 */
  readonly certainty: Plane;
}

/** Pairs of frames whose motion is computed while an earlier frame is painted. */
export const FLOW_LOOKAHEAD = 2;

/** Whether a motion is stored whole. */
export function hasMotion(folder: WorkFolder, { from, to }: Direction): boolean {
  return existsSync(folder.flow(from, to)) && existsSync(folder.certainty(from, to));
}

/** A motion that is stored. */
export async function readMotion(folder: WorkFolder, { from, to }: Direction): Promise<Motion> {
  const [flow, certainty] = await Promise.all([
    readFlo(folder.flow(from, to)),
    readPlane(folder.certainty(from, to)),
  ]);
  return { flow, certainty };
}

/** What one computation tells of two frames. */
export interface MotionPair {
  /** From the later frame to the earlier one. */
  readonly backward: Motion;
  /** From the earlier one to the later one; where it was asked for. */
  readonly forward?: Motion;
}

/**
 * Where the motion between two frames comes from while it is not stored. The answer depends on the frames from the
 * one to the other and nothing else: not on what was asked for before.
 *
 * `drift` tells how far the picture as a whole went from the later frame to the earlier one, whole px.
 */
export type FlowSource = (
  earlier: number,
  later: number,
  bothWays: boolean,
  drift: () => Promise<Shift>,
) => Promise<MotionPair>;

/** Pairs whose pictures are held at a time: one that is computed and one that waits. */
const PAIRS_HELD = 2;

/**
 * Motion estimated from the source frames.
 *
 * Between frames that are not neighbours the estimate starts from the drift: a pan takes most things out of the
 * estimator's reach. And what looks different there is not certain: the forward-backward check grows lax with the
 * length of the vectors. `npm run bench:distances` has the figures.
 */
export function estimatedFlow(
  sources: SourceFrames,
  workers: FlowWorkers,
  estimator: Estimator,
  signal: AbortSignal,
): FlowSource {
  const pairs = new PQueue({ concurrency: PAIRS_HELD });
  return async (earlier, later, bothWays, drift) => {
    const far = later - earlier > 1 ? { shift: await drift(), gate: true } : {};
    const pair = await pairs.add(async () => {
      const [previous, current] = await Promise.all([sources.get(earlier), sources.get(later)]);
      return workers.pair(previous, current, estimator, signal, { bothWays, ...far });
    });
    const { backward, forward, certainty, forwardCertainty } = pair;
    return {
      backward: { flow: backward, certainty },
      forward: forwardCertainty && { flow: forward, certainty: forwardCertainty },
    };
  };
}

/**
 * The motion between frames of the film, made while others are painted and kept in the work folder.
 *
 * Both directions of a pair come of one computation. `bothWays` says that both will be wanted: then both are stored
 * at once. Without, each is stored when it is asked for.
 */
export class FlowStore {
  private readonly started = new Map<string, Promise<void>>();
  /** How far the picture went from each frame to the one before, px. */
  private readonly drifts = new Map<number, Promise<Shift>>();

  constructor(
    private readonly folder: WorkFolder,
    private readonly source: FlowSource,
    private readonly bothWays = false,
  ) {}

  /** Begins the motion from frame `from` to frame `to` unless it is stored or under way. */
  prefetch(from: number, to: number): void {
    this.begin(from, to).catch(() => undefined); // the error reaches whoever asks for this motion
  }

  /** As stored: what a resumed run will read is what this run uses. */
  async get(from: number, to: number): Promise<Motion> {
    await this.begin(from, to);
    this.started.delete(this.key(from, to));
    return readMotion(this.folder, { from, to });
  }

  private key(from: number, to: number): string {
    return this.bothWays && from < to ? `${to}-${from}` : `${from}-${to}`;
  }

  private begin(from: number, to: number): Promise<void> {
    const key = this.key(from, to);
    let work = this.started.get(key);
    if (!work) {
      work = this.compute(from, to);
      this.started.set(key, work);
    }
    return work;
  }

  private async compute(from: number, to: number): Promise<void> {
    const [earlier, later] = [Math.min(from, to), Math.max(from, to)];
    const directions = [
      { from: later, to: earlier, wanted: this.bothWays || from > to },
      { from: earlier, to: later, wanted: this.bothWays || from < to },
    ];
    if (directions.every((d) => !d.wanted || hasMotion(this.folder, d))) return;
    const { backward, forward } = await this.source(earlier, later, directions[1].wanted, () =>
      this.drift(earlier, later),
    );
    for (const [k, motion] of [backward, forward].entries())
      if (directions[k].wanted && motion) await this.write(directions[k].from, directions[k].to, motion);
  }

  /** The sum of the neighbours' median motions. */
  private async drift(earlier: number, later: number): Promise<Shift> {
    let [x, y] = [0, 0];
    for (let frame = later; frame > earlier; frame--) {
      const known =
        this.drifts.get(frame) ?? this.get(frame, frame - 1).then(({ flow }) => medianShift(flow));
      this.drifts.set(frame, known);
      const step = await known;
      x += step.x;
      y += step.y;
    }
    return { x: Math.round(x), y: Math.round(y) };
  }

  private async write(from: number, to: number, { flow, certainty }: Motion): Promise<void> {
    await writeAtomic(this.folder.flow(from, to), encodeFlo(flow));
    await writePlane(this.folder.certainty(from, to), certainty);
  }
}
