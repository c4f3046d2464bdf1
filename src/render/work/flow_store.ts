import PQueue from 'p-queue';
import { checksumOf } from '../../crc32.js';
import { NstError } from '../../error.js';
import type { Estimator } from '../../flow/estimator.js';
import { decodeFlo, encodeFlo, readFloFile } from '../../flow/flo.js';
import type { FlowPair, FlowWorkers } from '../../flow/flow_workers.js';
import { type Motion, moreCertain } from '../../flow/motion.js';
import { medianShift, type Shift } from '../../flow/shift.js';
import { startingShifts } from '../../flow/thing_shifts.js';
import { writeAtomic } from '../../frames/atomic.js';
import { encodePlane, readPlaneFile } from '../../frames/plane_file.js';
import { pngText, withPngText } from '../../frames/png_chunks.js';
import { isThere } from '../../there.js';
import { isDamage } from './damage.js';
import type { Direction } from './flow_folder.js';
import type { SourceFrames } from './source_frames.js';
import type { WorkFolder } from './work_folder.js';

/** Pairs of frames whose motion is computed while an earlier frame is painted. */
export const FLOW_LOOKAHEAD = 2;

/** Whether a motion is stored whole. */
export function hasMotion(folder: WorkFolder, { from, to }: Direction): boolean {
  return isThere(folder.flow(from, to)) && isThere(folder.certainty(from, to));
}

/** Under this keyword a certainty's PNG has the checksum of the flow that it is of: `.flo` has no place for one. */
const FLOW_CHECKSUM = 'flow-crc32';

/**
 * A motion that is stored.
 * @throws NstError input FLO_BAD, PLANE_UNREADABLE where it is damaged; FILE_MISSING, FILE_UNREADABLE.
 */
export async function readMotion(folder: WorkFolder, { from, to }: Direction): Promise<Motion> {
  const path = folder.flow(from, to);
  const [bytes, { plane: certainty, png }] = await Promise.all([
    readFloFile(path),
    readPlaneFile(folder.certainty(from, to)),
  ]);
  // Folders of earlier versions have none.
  const expected = pngText(png, FLOW_CHECKSUM);
  const found = checksumOf(bytes);
  if (expected !== undefined && expected !== found)
    throw new NstError(
      'input',
      'FLO_BAD',
      `${path}: expected flow of checksum ${expected}, found ${found}: it is damaged`,
    );
  return { flow: decodeFlo(bytes, path), certainty };
}

/** Stores a motion: the certainty last, which completes it. Throws as writeAtomic. */
async function writeMotion(folder: WorkFolder, { from, to }: Direction, motion: Motion): Promise<void> {
  const flo = encodeFlo(motion.flow);
  await writeAtomic(folder.flow(from, to), flo);
  const png = await encodePlane(motion.certainty);
  await writeAtomic(folder.certainty(from, to), withPngText(png, FLOW_CHECKSUM, checksumOf(flo)));
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
 * `drifts` tells how far the picture as a whole went from the later frame to the earlier one, and after it how far the
 * larger things in it may have gone, whole px.
 */
export type FlowSource = (
  earlier: number,
  later: number,
  bothWays: boolean,
  drifts: () => Promise<readonly Shift[]>,
) => Promise<MotionPair>;

/** Pairs whose pictures are held at a time: one that is computed and one that waits. */
const PAIRS_HELD = 2;

/**
 * Motion estimated from the source frames.
 *
 * Between frames that are not neighbours there is an estimate from each of the drifts, of which every pixel takes the
 * most certain: a pan takes most things out of the estimator's reach, and what comes back from behind something has
 * gone far too. And what looks different there is not certain: the forward-backward check grows lax with the length of
 * the vectors. `npm run bench:distances` has the figures.
 */
export function estimatedFlow(
  sources: SourceFrames,
  workers: FlowWorkers,
  estimator: Estimator,
  signal: AbortSignal,
): FlowSource {
  const pairs = new PQueue({ concurrency: PAIRS_HELD });
  return async (earlier, later, bothWays, drifts) => {
    const starts = later - earlier > 1 ? (await drifts()).map((shift) => ({ shift, gate: true })) : [{}];
    return pairs.add(async () => {
      const [previous, current] = await Promise.all([sources.get(earlier), sources.get(later)]);
      let best: MotionPair | undefined;
      for (const start of starts) {
        const pair = await workers.pair(previous, current, estimator, signal, { bothWays, ...start });
        const found = motionsOf(pair);
        best = best ? mostCertain(best, found) : found;
      }
      return best!;
    });
  };
}

function motionsOf({ backward, forward, certainty, forwardCertainty }: FlowPair): MotionPair {
  return {
    backward: { flow: backward, certainty },
    forward: forwardCertainty && { flow: forward, certainty: forwardCertainty },
  };
}

/** Of two estimates of a pair's motion, each pixel's more certain one. */
function mostCertain(one: MotionPair, other: MotionPair): MotionPair {
  return {
    backward: moreCertain(one.backward, other.backward),
    forward: one.forward && other.forward && moreCertain(one.forward, other.forward),
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
    /** Hears of what was damaged and is made again. */
    private readonly note: (message: string) => void = () => {},
  ) {}

  /** Begins the motion from frame `from` to frame `to` unless it is stored or under way. */
  prefetch(from: number, to: number): void {
    this.begin(from, to).catch(() => undefined); // the error reaches whoever asks for this motion
  }

  /** As stored: what a resumed run will read is what this run uses. */
  async get(from: number, to: number): Promise<Motion> {
    await this.begin(from, to);
    this.started.delete(this.key(from, to));
    return this.read({ from, to });
  }

  private async read(motion: Direction): Promise<Motion> {
    try {
      return await readMotion(this.folder, motion);
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.note(`${error.message}; it is computed again`);
      await this.compute(motion.from, motion.to, true);
      return readMotion(this.folder, motion);
    }
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

  private async compute(from: number, to: number, again = false): Promise<void> {
    const [earlier, later] = [Math.min(from, to), Math.max(from, to)];
    const directions = [
      { from: later, to: earlier, wanted: this.bothWays || from > to },
      { from: earlier, to: later, wanted: this.bothWays || from < to },
    ];
    if (!again && directions.every((d) => !d.wanted || hasMotion(this.folder, d))) return;
    const { backward, forward } = await this.source(earlier, later, directions[1].wanted, () =>
      this.driftsOf(earlier, later),
    );
    for (const [k, motion] of [backward, forward].entries())
      if (directions[k].wanted && motion) await writeMotion(this.folder, directions[k], motion);
  }

  /**
   * The sum of the neighbours' median motions; then that of the things seen to move at either end of the way, as if
   * they went on all the way as there.
   */
  private async driftsOf(earlier: number, later: number): Promise<readonly Shift[]> {
    const drift = await this.drift(earlier, later);
    const ends = await Promise.all([this.get(later, later - 1), this.get(earlier + 1, earlier)]);
    return startingShifts(drift, ends, later - earlier);
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
}
