import type { Picture, Plane } from '../../dist/picture.js';

/** Makers of pictures and planes of one size, each value of its place. */
export function picturesOf(width: number, height: number) {
  const n = width * height;
  const picture = (value: (x: number, y: number, c: number) => number): Picture => {
    const data = new Float32Array(3 * n);
    for (let i = 0; i < 3 * n; i++)
      data[i] = value(i % width, Math.floor((i % n) / width), Math.floor(i / n));
    return { width, height, data };
  };
  const plane = (value: (x: number, y: number) => number): Plane => {
    const data = Float32Array.from({ length: n }, (_, p) => value(p % width, Math.floor(p / width)));
    return { width, height, data };
  };
  return { picture, plane };
}
