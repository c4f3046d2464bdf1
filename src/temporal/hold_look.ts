import type { Picture, Plane } from '../picture.js';
import { type ColourDetail, holdColourDetail } from './hold_detail.js';
import { ChannelTones, TONE_ROUNDS } from './tone.js';
import { withinRange } from './within_range.js';

/**
 * How strongly the strokes of an earlier painted frame stand out, per channel, grey levels: the deviation of what of
 * it is certain now from the tone around.
 *
 * @param nearest That frame, moved by `warpNearest`.
 * @param certainty Of the flow to it, 0..1.
 */
export function carriedContrast(nearest: Picture, certainty: Plane): number[] {
  const n = nearest.width * nearest.height;
  const tones = new ChannelTones(certainty);
  return [0, 1, 2].map((c) => contrastOf(nearest.data.subarray(c * n, (c + 1) * n), tones));
}

/** Deviation of a channel from the tone around, over certain pixels; 0 where there are none. */
function contrastOf(channel: Float32Array, tones: ChannelTones): number {
  const { data: certainty } = tones.certainty;
  tones.measure(channel);
  let squares = 0;
  tones.eachRow((tone, start) => {
    for (let x = 0, p = start; x < tone.length; x++, p++)
      squares += certainty[p] * (channel[p] - tone[x]) ** 2;
  });
  return tones.certain > 0 ? Math.sqrt(squares / tones.certain) : 0;
}

/** Pictures are stored as 0..255. */
const clip = (value: number): number => Math.min(255, Math.max(0, value));

/** Contrast is changed by a hundredth at most in a round: drift is slower, a change of the scene may be faster. */
const CORRECTION = 0.01;

/** What a following frame is held to. */
export interface Held {
  /** ω, `[3,H,W]`, 0..255. */
  readonly warped: Picture;
  /** C, 0..1. */
  readonly certainty: Plane;
  /** As `carriedContrast` says; absent, it is not held. */
  readonly contrast?: readonly number[];
  /** As `colourDetail` says of the frame before, moved along; absent, it is not held. */
  readonly detail?: ColourDetail;
  /** What the frame began with, and how far each pixel of it is new, 0..1; absent, new regions are not held. */
  readonly begun?: { readonly picture: Picture; readonly newness: Plane };
}

/**
 * The painted frame with the tone of ω, block by block, and the contrast and colour detail of the frame before, where
 * those are certain. Few iterations leave an energy far from its minimum, and every frame goes on with the descent: what the
 * temporal term lets through each time, a few tenths of a grey level, adds up to pictures that darken within
 * seconds. The strokes are the minimisation's; their tone and strength are those of the shot's first frame, carried
 * along.
 *
 * New regions keep the tone that they began with: what is taken from the certain pixels of a block is taken from its
 * others too, and the next new region would begin with what came of that.
 *
 * @param painted What came of the minimisation, `[3,H,W]`; values beyond 0..255 count as they are stored, clipped.
 */
export function holdLook(painted: Picture, { warped, certainty, contrast, detail, begun }: Held): Picture {
  const clipped = { ...painted, data: painted.data.map(clip) };
  const held = detail ? holdColourDetail(clipped, detail) : clipped;
  const tones = new ChannelTones(certainty);
  const newTones = begun && new ChannelTones(begun.newness);
  const n = certainty.data.length;
  // The next frame waits for this one: a channel at a time stays in the processor's cache through all rounds.
  for (let c = 0; c < 3; c++) {
    const of = ({ data }: Picture) => data.subarray(c * n, (c + 1) * n);
    const channel = of(held);
    for (let round = 0; round < TONE_ROUNDS; round++) {
      if (contrast) strengthen(channel, contrast[c], tones);
      tones.measure(channel, of(warped));
      tones.eachRow((drift, p) => {
        for (let x = 0; x < drift.length; x++)
          channel[p + x] = clip(channel[p + x] + withinRange(channel[p + x], -drift[x]));
      });
      if (!begun || !newTones || newTones.certain === 0) continue;
      const { newness, picture } = begun;
      newTones.measure(channel, of(picture));
      newTones.eachRow((drift, p) => {
        for (let x = 0; x < drift.length; x++)
          channel[p + x] = clip(
            channel[p + x] + withinRange(channel[p + x], -newness.data[p + x] * drift[x]),
          );
      });
    }
  }
  return held;
}

/** Brings the contrast of a channel nearer to `contrast`. */
function strengthen(channel: Float32Array, contrast: number, tones: ChannelTones): void {
  const found = contrastOf(channel, tones);
  if (found === 0) return;
  const factor = contrast / found - 1;
  const correction = Math.min(CORRECTION, Math.max(-CORRECTION, factor));
  const { data: certainty } = tones.certainty;
  tones.eachRow((tone, start) => {
    for (let x = 0, p = start; x < tone.length; x++, p++)
      channel[p] += correction * certainty[p] * (channel[p] - tone[x]);
  });
}
