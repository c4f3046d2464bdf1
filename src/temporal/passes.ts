import type { Picture, Plane } from '../picture.js';

/** Consecutive frames that go through their passes by themselves: a shot, or what a job covers of it. */
export interface Piece {
  readonly first: number;
  readonly last: number;
  /** The first frame follows the last one. */
  readonly loop: boolean;
}

const lengthOf = ({ first, last }: Piece): number => last - first + 1;

/**
 * Which way a pass goes: 1 towards the end of the film, −1 towards its beginning. Odd passes go forward, as in the
 * program of Ruder et al. 2016; in the first one, whose frames know nothing of each other, it does not matter.
 */
export const directionOf = (pass: number): 1 | -1 => (pass % 2 === 1 ? 1 : -1);

/**
 * The frames of a piece in the order in which pass `pass` (from 1) paints them. The start of a loop moves every pass,
 * through all its frames before it comes back: a seam that stayed where it was would be the one pair of frames whose
 * earlier one is always a pass behind.
 */
export function passOrder(piece: Piece, pass: number): number[] {
  const n = lengthOf(piece);
  const start = startOf(piece, pass) - piece.first;
  const direction = directionOf(pass);
  return Array.from({ length: n }, (_, k) => piece.first + modulo(start + direction * k, n));
}

function startOf(piece: Piece, pass: number): number {
  if (piece.loop) return piece.first + loopStart(lengthOf(piece), pass);
  return directionOf(pass) > 0 ? piece.first : piece.last;
}

/** Steps of about 0.38 loops, the golden section: starts of successive passes lie far from all recent ones. */
function loopStart(n: number, pass: number): number {
  let step = Math.round(n * (1 - 2 / (1 + Math.sqrt(5))));
  while (n > 1 && greatestDivisor(step, n) > 1) step++;
  return modulo((pass - 1) * step, n);
}

const modulo = (a: number, n: number): number => ((a % n) + n) % n;
const greatestDivisor = (a: number, b: number): number => (b === 0 ? a : greatestDivisor(b, a % b));

/** A neighbouring frame, as the pass painted it that came to it last. */
export interface Neighbour {
  readonly frame: number;
  readonly pass: number;
}

/** The frames that a frame is blended with: where a piece ends there is none. */
export interface Neighbours {
  /** The one before it in the order of the pass, which has just painted it. */
  readonly incoming?: Neighbour;
  /** The one after it, which the pass has yet to come to. */
  readonly other?: Neighbour;
}

/** What frame `frame` is blended with in pass `pass` ≥ 2 (Ruder et al. 2016, section 4.4); in a loop there is no end. */
export function neighboursOf(piece: Piece, pass: number, frame: number): Neighbours {
  const { first, loop } = piece;
  const n = lengthOf(piece);
  const direction = directionOf(pass);
  const beside = (of: number, side: 1 | -1) => first + modulo(of - first + side * direction, n);
  const start = startOf(piece, pass);
  const opens = frame === start;
  const closes = frame === beside(start, -1);
  const incoming =
    opens && !(loop && n > 1) ? undefined : { frame: beside(frame, -1), pass: opens ? pass - 1 : pass };
  // In a loop of two both sides are the same frame.
  const other = (loop ? n < 3 : closes)
    ? undefined
    : { frame: beside(frame, 1), pass: closes ? pass : pass - 1 };
  return { incoming, other };
}

/** A neighbour's painting, carried along by the flow. */
export interface Carried {
  /** Warped into the frame, `[3,H,W]`, 0..255. */
  readonly warped: Picture;
  /** Of the flow that warped it, 0..1. */
  readonly certainty: Plane;
  /** δ: what a certain pixel of it counts, where one of the frame's own counts 1. */
  readonly weight: number;
}

/**
 * What a frame starts from in a later pass: (x + Σ δ·c∘ω) / (1 + Σ δ·c), the form of the program of Ruder et al. 2016.
 *
 * Differs from the paper's section 4.4, which blends neighbour by neighbour, δ·c∘ω + (1 − δ·c)∘x with δ = ½: for one
 * neighbour the two are the same at c = 0 and, with δ = 1 here, at c = 1.
 *
 * @param own x, the frame as the pass before painted it, `[3,H,W]`, 0..255.
 */
export function blend(own: Picture, neighbours: readonly Carried[]): Picture {
  const { width, height } = own;
  const n = width * height;
  for (const { warped } of neighbours)
    if (warped.width !== width || warped.height !== height)
      throw new RangeError(
        `blend: picture is ${width}x${height}, neighbour is ${warped.width}x${warped.height}`,
      );
  const data = new Float32Array(3 * n);
  for (let i = 0; i < 3 * n; i++) {
    let sum = own.data[i];
    let weights = 1;
    for (const { warped, certainty, weight } of neighbours) {
      const w = weight * certainty.data[i % n];
      sum += w * warped.data[i];
      weights += w;
    }
    data[i] = sum / weights;
  }
  return { width, height, data };
}
