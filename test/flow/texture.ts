import type { Picture, Plane } from '../../dist/picture.js';

/** A repeatable stream of numbers in 0..1 (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A texture known at every point of the plane, grey levels around 128: waves of periods from 6 to 90 px
 * in all directions. It can be moved by any fraction of a pixel without interpolation.
 */
export function texture(seed: number): (x: number, y: number) => number {
  const next = random(seed);
  const waves = Array.from({ length: 40 }, () => {
    const period = 6 * 15 ** next();
    const angle = 2 * Math.PI * next();
    const k = (2 * Math.PI) / period;
    return { x: k * Math.cos(angle), y: k * Math.sin(angle), phase: 2 * Math.PI * next() };
  });
  return (x, y) => {
    let sum = 0;
    for (const wave of waves) sum += Math.sin(wave.x * x + wave.y * y + wave.phase);
    return 128 + 12 * sum;
  };
}

/** A frame of a texture. */
export function render(width: number, height: number, grey: (x: number, y: number) => number): Plane {
  const data = new Float32Array(width * height);
  for (let i = 0; i < data.length; i++) data[i] = grey(i % width, Math.floor(i / width));
  return { width, height, data };
}

/** A grey picture `[3,H,W]` of a plane. */
export function asPicture({ width, height, data }: Plane): Picture {
  const planes = new Float32Array(3 * data.length);
  for (let c = 0; c < 3; c++) planes.set(data, c * data.length);
  return { width, height, data: planes };
}
