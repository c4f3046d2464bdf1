// The far search for lost patches in plain TypeScript and float64.
import type { DisParameters } from '../../dist/flow/dis_parameters.js';
import type { Image, Patch } from './dis_reference.js';

const PATCH = 8;

interface Grid {
  readonly columns: number;
  readonly rows: number;
  readonly spacing: number;
  readonly reach: number;
}

/** Differences of two patches at whole pixels, squared and summed, less their mean's. */
function costOf(a: Image, ax: number, ay: number, b: Image, bx: number, by: number): number {
  let sum = 0;
  let squares = 0;
  for (let j = 0; j < PATCH; j++) {
    for (let i = 0; i < PATCH; i++) {
      const d = b.at(bx + i, by + j) - a.at(ax + i, ay + j);
      sum += d;
      squares += d * d;
    }
  }
  return squares - sum ** 2 / PATCH ** 2;
}

/** All corners up to `reach` px from (x, y) along either axis whose patch lies within the frame, row by row. */
function* places(frame: Image, x: number, y: number, reach: number): Generator<[number, number]> {
  for (let v = Math.max(0, y - reach); v <= Math.min(frame.height - PATCH, y + reach); v++) {
    for (let u = Math.max(0, x - reach); u <= Math.min(frame.width - PATCH, x + reach); u++) yield [u, v];
  }
}

/** Moves the lost patches that are found, and descends from there; whether there is any. */
export function seekReference(
  from: Image,
  to: Image,
  patches: Patch[],
  { columns, rows, spacing, reach }: Grid,
  { seekMost, seekMargin }: DisParameters,
  descend: (x: number, y: number, start: Patch) => Patch,
): boolean {
  const flat = from.map(() => 0);
  const lost: number[] = [];
  for (let row = 0; row < rows; row += 2) {
    for (let column = 0; column < columns; column += 2) {
      const k = row * columns + column;
      const variation = costOf(flat, 0, 0, from, column * spacing, row * spacing);
      if (patches[k].cost > Math.max(36 * PATCH ** 2, variation / 4)) lost.push(k);
    }
  }
  const every = Math.ceil(lost.length / seekMost);
  let found = false;
  for (const k of lost.filter((_, n) => n % every === 0)) {
    const [x, y] = [(k % columns) * spacing, Math.floor(k / columns) * spacing];
    let best = { x: 0, y: 0, cost: patches[k].cost / 2 };
    for (const [u, v] of places(to, x, y, reach)) {
      const cost = costOf(from, x, y, to, u, v);
      if (cost < best.cost) best = { x: u, y: v, cost };
    }
    if (best.cost === patches[k].cost / 2) continue;
    const rivals = [...places(from, best.x, best.y, reach)]
      .filter(([u, v]) => Math.abs(u - x) > 2 || Math.abs(v - y) > 2)
      .map(([u, v]) => costOf(to, best.x, best.y, from, u, v));
    if (rivals.some((cost) => cost < seekMargin * best.cost)) continue;
    patches[k] = descend(x, y, { u: best.x - x, v: best.y - y, cost: best.cost });
    found = true;
  }
  return found;
}
