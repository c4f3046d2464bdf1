import type { Picture, Plane } from '../picture.js';
import type { FrameEnergy } from './energy_sessions.js';
import type { Evaluation } from './minimise.js';

/** A picture as paint over a source: what is minimised is the paint, what is seen and measured is both together. */
export interface Covered {
  /** The paint that a picture is seen with, kept in 0..255: where it hardly covers, little of it would be seen. */
  lift(seen: Float32Array): Float32Array;
  /** What is seen of paint. */
  lay(paint: Float32Array): Float32Array;
  /** An energy of what is seen, as one of the paint. */
  under(energy: FrameEnergy): FrameEnergy;
}

/**
 * Paint y that covers a source s by m is seen as x = s + m·(y − s). The energy is that of x, so that paint knows what
 * lies beside it; its gradient for y is m·∂E/∂x. Where m is 0 the source stays, to the last bit; at a soft edge paint
 * thins out. So nothing is composited afterwards: features are of the picture that is kept.
 *
 * @param source `[3,H,W]`
 * @param coverage `[H,W]`, 0..1
 */
export function covered({ data: source }: Picture, { data: coverage }: Plane): Covered {
  const n = coverage.length;
  const lay = (paint: Float32Array) => paint.map((y, i) => source[i] + coverage[i % n] * (y - source[i]));
  return {
    lay,
    lift: (seen) =>
      seen.map((x, i) => {
        const m = coverage[i % n];
        return m > 0 ? Math.min(255, Math.max(0, source[i] + (x - source[i]) / m)) : source[i];
      }),
    under: (energy) => {
      const { rematch, low } = energy;
      const laid = (evaluate: (seen: Float32Array) => Promise<Evaluation>) => async (paint: Float32Array) => {
        const found = await evaluate(lay(paint));
        return { ...found, gradient: found.gradient.map((g, i) => g * coverage[i % n]) };
      };
      return Object.assign(laid(energy), {
        low: low && laid(low),
        rematch: rematch && ((paint: Float32Array) => rematch(lay(paint))),
      });
    },
  };
}

/** Whether anything is painted at all. */
export function coversAny({ data }: Plane): boolean {
  return data.some((m) => m > 0);
}
