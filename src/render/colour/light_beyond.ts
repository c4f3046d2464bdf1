import * as v from 'valibot';
import { NstError } from '../../error.js';
import { writeAtomic } from '../../frames/atomic.js';
import { decodeFrames } from '../../frames/decode.js';
import type { MediaInfo } from '../../frames/probe.js';
import type { FrameRange } from '../../frames/ranges.js';
import { luma } from '../../picture.js';
import { finiteNumber, readRecord, sealRecord, wholeNumber } from '../../stored_record.js';
import { AHEAD, LONGEST } from '../../temporal/fades.js';
import { type Light, lightOf } from '../../temporal/light.js';
import { findShots } from '../shots/find_shots.js';

/** Light counts as steady where its level changes by no more than this share of its distance from black and white. */
const STEADY = 0.03;

const edgeSchema = v.object({
  /** The outermost frame of a range, and to which side of it the others lie. */
  edge: wholeNumber,
  side: v.picklist([-1, 1]),
  /** Frames beyond the edge until the light is steady, ascending; none where it is steady at the edge. */
  lights: v.array(v.object({ frame: wholeNumber, level: finiteNumber, spread: finiteNumber })),
  /** Frames among them that begin a shot. */
  starts: v.array(wholeNumber),
});
const schema = v.object({ schema: v.literal(1), edges: v.array(edgeSchema) });

type Edge = v.InferOutput<typeof edgeSchema>;

/** The light of frames outside the ranges of a job, as far as fades at the ends of ranges may reach. */
export interface LightBeyond {
  readonly lights: readonly (Light & { readonly frame: number })[];
  readonly starts: readonly number[];
}

/**
 * The light beyond ranges as `path`, the work folder's `light.json`, has it; none where it is not there, or damaged: a lost
 * record loses a fade, and no frame.
 */
export async function storedLightBeyond(path: string): Promise<LightBeyond> {
  const edges = await storedEdges(path);
  return { lights: edges.flatMap(({ lights }) => lights), starts: edges.flatMap(({ starts }) => starts) };
}

async function storedEdges(path: string): Promise<readonly Edge[]> {
  try {
    return (await readRecord(path, schema))?.edges ?? [];
  } catch (error) {
    if (error instanceof NstError && error.code === 'RECORD_BAD') return [];
    throw error;
  }
}

/**
 * Looks at frames beyond both ends of each range and stores their light: a range may end within a fade, whose full light is
 * outside of it.
 * @param size Of the painted frames, px, in which the light of the others is measured too.
 * @throws NstError as decodeFrames.
 */
export async function lookBeyond(
  path: string,
  media: MediaInfo,
  ranges: readonly FrameRange[],
  size: { readonly width: number; readonly height: number },
  signal: AbortSignal,
): Promise<void> {
  const known = await storedEdges(path);
  const edges = [...known];
  for (const { first, last } of ranges)
    for (const [edge, side] of [
      [first, -1],
      [last, 1],
    ] as const) {
      const outermost = side < 0 ? edge === 0 : edge === media.video.frameCount - 1;
      if (outermost || known.some((other) => other.edge === edge && other.side === side)) continue;
      edges.push(await beyond(edge, side, media, size, signal));
    }
  if (edges.length === known.length) return;
  await writeAtomic(path, sealRecord({ schema: 1, edges } satisfies v.InferInput<typeof schema>));
}

async function beyond(
  edge: number,
  side: -1 | 1,
  media: MediaInfo,
  size: { readonly width: number; readonly height: number },
  signal: AbortSignal,
): Promise<Edge> {
  const read = (first: number, last: number) => lightsOf({ first, last }, media, size, signal);
  const seen: Seen[] = [];
  if (side > 0) {
    for await (const light of read(edge, Math.min(media.video.frameCount - 1, edge + LONGEST))) {
      seen.push(light);
      if (isSteadyAt(seen, seen.length - 1)) break;
    }
  } else {
    // Films are read forward: a little is tried first.
    for (const length of [2 * AHEAD, LONGEST]) {
      const back: Seen[] = [];
      for await (const light of read(Math.max(0, edge - length), edge)) back.unshift(light);
      const steady = back.findIndex((_, k) => isSteadyAt(back, k));
      seen.splice(0, seen.length, ...(steady < 0 ? back : back.slice(0, steady + 1)));
      if (steady >= 0 || length >= edge) break;
    }
  }
  const lights = seen.slice(1).sort((a, b) => a.frame - b.frame);
  if (lights.length <= AHEAD && isSteadyAt(seen, seen.length - 1))
    return { edge, side, lights: [], starts: [] };
  const range = { first: Math.min(edge, lights[0].frame), last: Math.max(edge, lights.at(-1)!.frame) };
  const starts = (await findShots(media, [range], { signal })).map(({ frame }) => frame);
  return { edge, side, lights, starts };
}

type Seen = Light & { readonly frame: number };

async function* lightsOf(
  range: FrameRange,
  media: MediaInfo,
  size: { readonly width: number; readonly height: number },
  signal: AbortSignal,
): AsyncGenerator<Seen> {
  for await (const { index, picture } of decodeFrames(media, { ...size, ranges: [range], signal }))
    yield { frame: index, ...lightOf(luma(picture).data) };
}

/** Whether no fade can go on at a place: the light of the frames before it is the same. */
function isSteadyAt(seen: readonly Seen[], at: number): boolean {
  if (at < AHEAD) return false;
  const levels = seen.slice(at - AHEAD, at + 1).map(({ level }) => level);
  const [least, most] = [Math.min(...levels), Math.max(...levels)];
  return most - least <= 0.5 + STEADY * Math.min(least, 255 - most);
}
