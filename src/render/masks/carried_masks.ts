import { readPlane, writePlane } from '../../frames/plane_file.js';
import type { Picture, Plane } from '../../picture.js';
import { type CarriedMask, carryMask } from '../../temporal/carry_mask.js';
import type { Shot } from '../../temporal/shots.js';
import { isThere } from '../../there.js';
import type { FlowStore } from '../work/flow_store.js';

/** A mask as it was given of a frame. */
export interface KeyMask {
  readonly frame: number;
  readonly mask: Plane;
}

/** What a carried mask is made from and kept in. */
export interface CarryContext {
  readonly flows: Pick<FlowStore, 'get'>;
  readonly sources: { get(frame: number): Promise<Picture> };
  /** The shot a frame lies in: no mask goes beyond it. */
  readonly shotOf: (frame: number) => Shot;
  /** Where the mask of a frame is kept, and how far it is certain. */
  readonly files: (frame: number, way: Way) => { readonly mask: string; readonly certainty: string };
  /** How far back the frames are that a mask is carried from, ascending. */
  readonly distances: readonly number[];
}

/** Which way a mask was carried: from an earlier frame or from a later one. */
export type Way = 'on' | 'back';

/**
 * Masks of a region that were given of some frames and are carried along by the flow to all others of their shots:
 * forward from the latest given frame, and backward from the next, which between two of them are mixed by nearness.
 * What was carried is stored and read back, so that a resumed job sees the same.
 */
export class CarriedMasks {
  private readonly keys: ReadonlyMap<number, Plane>;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    keys: readonly KeyMask[],
    private readonly context: CarryContext,
  ) {
    this.keys = new Map(keys.map(({ frame, mask }) => [frame, mask]));
  }

  /** The mask of a frame, `[H,W]`, 0..1; undefined where its shot has none. */
  get(frame: number): Promise<Plane | undefined> {
    // One at a time: each is made of the one before.
    const made = this.turn.then(() => this.make(frame));
    this.turn = made.catch(() => undefined);
    return made;
  }

  private async make(frame: number): Promise<Plane | undefined> {
    const given = this.keys.get(frame);
    if (given) return given;
    const shot = this.context.shotOf(frame);
    const next = this.keyIn(frame, shot.last, 1);
    const on = await this.carried(frame, 'on', shot);
    if (next === undefined) return on?.mask;
    const back = (await this.carried(frame, 'back', shot))!;
    const last = this.keyIn(frame, shot.first, -1);
    return on && last !== undefined ? mixed(on, next - frame, back, frame - last) : back.mask;
  }

  /** The nearest frame that a mask was given of, from `frame` towards `end`. */
  private keyIn(frame: number, end: number, step: 1 | -1): number | undefined {
    for (let i = frame; i !== end + step; i += step) if (this.keys.has(i)) return i;
    return undefined;
  }

  /** Carries on from the nearest frame that has a mask, given or stored. */
  private async carried(frame: number, way: Way, shot: Shot): Promise<CarriedMask | undefined> {
    const step = way === 'on' ? -1 : 1;
    // A range that goes on from stored frames goes on from their masks too.
    const goesOn = shot.begin === 'start' && shot.first > 0;
    const end = way === 'on' ? shot.first - (goesOn ? 1 : 0) : shot.last;
    let from = frame;
    while (!this.isKnown(from, way)) {
      if (from === end) return undefined;
      from += step;
    }
    for (let i = from - step; i !== frame - step; i -= step) await this.carry(i, way, end);
    return this.read(frame, way);
  }

  private isKnown(frame: number, way: Way): boolean {
    return this.keys.has(frame) || isThere(this.context.files(frame, way).mask);
  }

  private async read(frame: number, way: Way): Promise<CarriedMask> {
    const given = this.keys.get(frame);
    if (given)
      return { mask: given, certainty: { ...given, data: new Float32Array(given.data.length).fill(1) } };
    const { mask, certainty } = this.context.files(frame, way);
    return { mask: await readPlane(mask), certainty: await readPlane(certainty) };
  }

  private async carry(frame: number, way: Way, end: number): Promise<void> {
    const { flows, sources, distances, files } = this.context;
    const earlier = way === 'on' ? distances.map((d) => frame - d).filter((j) => j >= end) : [frame + 1];
    const neighbours = [];
    for (const other of earlier) {
      if (other !== earlier[0] && !this.isKnown(other, way)) continue;
      neighbours.push({ ...(await this.read(other, way)), motion: await flows.get(frame, other) });
    }
    const { mask, certainty } = carryMask(neighbours, await sources.get(frame));
    const at = files(frame, way);
    // The mask last: its presence says that both are there.
    await writePlane(at.certainty, certainty);
    await writePlane(at.mask, mask);
  }
}

/** Two masks of a frame, each by its certainty and how near it comes from. */
function mixed(one: CarriedMask, nearOne: number, other: CarriedMask, nearOther: number): Plane {
  const data = one.mask.data.map((value, p) => {
    const a = nearOne * one.certainty.data[p];
    const b = nearOther * other.certainty.data[p];
    return a + b > 0 ? (a * value + b * other.mask.data[p]) / (a + b) : value;
  });
  return { ...one.mask, data };
}
