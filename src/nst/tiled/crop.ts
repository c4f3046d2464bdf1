import type { Rectangle, Window } from './windows.js';

/** Maps `[C,H,W]`, row-major. */
export interface Maps {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** The part of maps that lies in a rectangle, `[C,h,w]`. */
export function cut({ width, height, data }: Maps, { x, y, width: w, height: h }: Rectangle): Float32Array {
  const channels = data.length / (width * height);
  const out = new Float32Array(channels * w * h);
  for (let c = 0, to = 0; c < channels; c++)
    for (let row = 0; row < h; row++, to += w) {
      const from = (c * height + y + row) * width + x;
      out.set(data.subarray(from, from + w), to);
    }
  return out;
}

/** As `cut`, with zeros for all that does not lie in the window's core. */
export function cutCore(maps: Maps, window: Window): Float32Array {
  const { core } = window;
  const channels = maps.data.length / (maps.width * maps.height);
  const out = new Float32Array(channels * window.width * window.height);
  eachRow(maps, window, core, channels, (from, to) => {
    out.set(maps.data.subarray(from, from + core.width), to);
  });
  return out;
}

/** Puts the core of what was computed in a window, `[C,h,w]`, in its place. */
export function putCore(maps: Maps, window: Window, found: Float32Array): void {
  const { core } = window;
  eachRow(maps, window, core, found.length / (window.width * window.height), (to, from) => {
    maps.data.set(found.subarray(from, from + core.width), to);
  });
}

/** Adds what was computed in a window, `[C,h,w]`, to what is there. */
export function addWindow({ data, ...size }: Maps, window: Rectangle, found: Float32Array): void {
  const channels = found.length / (window.width * window.height);
  eachRow(size, window, window, channels, (to, from) => {
    for (let i = 0; i < window.width; i++) data[to + i] += found[from + i];
  });
}

/** Calls back with where each row of `part` begins in the whole and in the window. */
function eachRow(
  { width, height }: Omit<Maps, 'data'>,
  window: Rectangle,
  part: Rectangle,
  channels: number,
  row: (whole: number, inWindow: number) => void,
): void {
  for (let c = 0; c < channels; c++)
    for (let y = part.y; y < part.y + part.height; y++)
      row(
        (c * height + y) * width + part.x,
        (c * window.height + y - window.y) * window.width + part.x - window.x,
      );
}
