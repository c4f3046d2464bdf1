import type { Picture, Plane } from '../../picture.js';

/** How a painting is turned and scaled to give it patches that it does not have as it hangs. */
export interface Turn {
  /** Anticlockwise. */
  readonly degrees: number;
  /** 1: as it is. */
  readonly scale: number;
}

/** All pairs of these angles and scales, the painting as it is first; both are given without 0° and 1. */
export function turns(angles: readonly number[], scales: readonly number[]): Turn[] {
  const all = [0, ...angles].flatMap((degrees) => [1, ...scales].map((scale) => ({ degrees, scale })));
  return all.filter((turn, i) => all.findIndex((t) => sameTurn(t, turn)) === i);
}

function sameTurn(a: Turn, b: Turn): boolean {
  return a.degrees === b.degrees && a.scale === b.scale;
}

/**
 * A picture turned about its middle and scaled, cut to the largest rectangle of its shape that shows nothing outside
 * it: a corner without paint would be matched like any other patch. Cubic convolution (Keys 1981, a = −1/2), border
 * pixels repeated.
 */
export function turnedPicture(picture: Picture, turn: Turn): Picture {
  const { width, height, data } = turnedPlanes(picture, turn, 3);
  return { width, height, data };
}

/** The same of a mask; cubic convolution may overshoot, a mask may not. */
export function turnedMask(mask: Plane, turn: Turn): Plane {
  const { width, height, data } = turnedPlanes(mask, turn, 1);
  return { width, height, data: data.map((v) => Math.min(1, Math.max(0, v))) };
}

function turnedPlanes({ width, height, data }: Plane, { degrees, scale }: Turn, planes: number): Plane {
  if (degrees === 0 && scale === 1) return { width, height, data };
  const cos = Math.cos((degrees * Math.PI) / 180);
  const sin = Math.sin((degrees * Math.PI) / 180);
  const across = width * Math.abs(cos) + height * Math.abs(sin);
  const along = width * Math.abs(sin) + height * Math.abs(cos);
  const part = Math.min(width / across, height / along);
  const w = Math.max(1, Math.floor(scale * part * width));
  const h = Math.max(1, Math.floor(scale * part * height));
  const out = new Float32Array(planes * w * h);
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      const u = (x - (w - 1) / 2) / scale;
      const v = (y - (h - 1) / 2) / scale;
      const fromX = (width - 1) / 2 + cos * u - sin * v;
      const fromY = (height - 1) / 2 + sin * u + cos * v;
      for (let c = 0; c < planes; c++)
        out[(c * h + y) * w + x] = sample(data, c * width * height, width, height, fromX, fromY);
    }
  return { width: w, height: h, data: out };
}

function sample(
  data: Float32Array,
  begin: number,
  width: number,
  height: number,
  x: number,
  y: number,
): number {
  const left = Math.floor(x) - 1;
  const top = Math.floor(y) - 1;
  let sum = 0;
  for (let j = top; j < top + 4; j++) {
    const row = begin + Math.min(height - 1, Math.max(0, j)) * width;
    let line = 0;
    for (let i = left; i < left + 4; i++)
      line += cubic(x - i) * data[row + Math.min(width - 1, Math.max(0, i))];
    sum += cubic(y - j) * line;
  }
  return sum;
}

function cubic(distance: number): number {
  const d = Math.abs(distance);
  if (d >= 2) return 0;
  return d < 1 ? 1.5 * d ** 3 - 2.5 * d ** 2 + 1 : -0.5 * d ** 3 + 2.5 * d ** 2 - 4 * d + 2;
}
