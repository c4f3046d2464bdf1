// Films of one clip in changing light. Each says what its frames are of frames in steady light, `[3,H,W]`, 0..255.
import { decodeFrames } from '../../dist/frames/decode.js';
import { probe } from '../../dist/frames/probe.js';

/** Frames of the clip, and of a second view of it: turned over and with red and blue exchanged. */
export async function clipFrames(path, size, count) {
  const pictures = [];
  const ranges = [{ first: 0, last: count - 1 }];
  for await (const { picture } of decodeFrames(await probe(path), { ...size, ranges }))
    pictures.push(picture);
  return pictures;
}

export function otherView({ width, height, data }) {
  const out = new Float32Array(data.length);
  const n = width * height;
  for (let c = 0; c < 3; c++) for (let p = 0; p < n; p++) out[c * n + p] = data[(2 - c) * n + (n - 1 - p)];
  return { width, height, data: out };
}

const ramp = (from, to, i) => Math.min(1, Math.max(0, (i - from) / (to - from)));
const every = (picture, change) => ({ ...picture, data: picture.data.map(change) });
const times = (picture, gain) => every(picture, (v) => v * gain);
const towards = (picture, colour, share) => every(picture, (v) => v + share * (colour - v));

/** The left part of a picture lighter by `levels`, its border soft. */
function lit(picture, levels) {
  const { width } = picture;
  return every(picture, (v, i) => v + levels * ramp(0.6 * width, 0.4 * width, i % width));
}

/** Films by what happens: the frame from which the light is the steady one's again, and what frame `i` looks like. */
export const FILMS = {
  'fade in': { settled: 25, frame: (picture, i) => times(picture, ramp(0, 25, i)) },
  'fade out and in': {
    settled: 34,
    frame: (picture, i) => times(picture, i < 22 ? 1 - ramp(8, 20, i) : ramp(22, 34, i)),
  },
  'fade through white': {
    settled: 34,
    frame: (picture, i) => towards(picture, 255, i < 22 ? ramp(8, 20, i) : 1 - ramp(22, 34, i)),
  },
  flash: {
    settled: 22,
    frame: (picture, i) => towards(picture, 255, i === 20 ? 1 : i === 21 ? 0.4 : 0),
  },
  strobe: {
    settled: 36,
    frame: (picture, i) => (i < 12 || i >= 36 ? picture : times(picture, i % 4 < 2 ? 1.7 : 0.25)),
  },
  tunnel: {
    settled: 30,
    frame: (picture, i) =>
      times(picture, i < 18 ? 0.08 : 0.08 + 1.9 * ramp(16, 22, i) - 0.98 * ramp(22, 30, i)),
  },
  'half lightning': {
    settled: 25,
    frame: (picture, i) => lit(picture, i === 20 || i === 21 ? 140 : i === 24 ? 90 : 0),
  },
  'auto-exposure': {
    settled: 40,
    frame: (picture, i) => times(picture, 1 - 0.5 * ramp(14, 18, i) + 0.5 * ramp(30, 40, i)),
  },
  'slow sunset': {
    frame: (picture, i, frames) => {
      const n = picture.data.length / 3;
      const late = ramp(0, frames - 1, i);
      const gains = [1 - 0.55 * late, 1 - 0.72 * late, 1 - 0.8 * late];
      return every(picture, (v, k) => v * gains[Math.floor(k / n)]);
    },
  },
  dissolve: {
    settled: 32,
    to: 'other',
    frame: (picture, i, _, other) => {
      const share = ramp(14, 32, i);
      return every(picture, (v, k) => v + share * (other.data[k] - v));
    },
  },
};
