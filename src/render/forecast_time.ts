import type { Measurement } from './forecast_measure.js';
import type { FilmWork } from './forecast_work.js';

/** Seconds of a film job by its parts, which follow each other or, where they run side by side, by what they add. */
export interface TimeForecast {
  /** The process, the film's headers and checksum, the encoder's trial, the network and its graphs. */
  readonly start: number;
  readonly decoding: number;
  readonly flow: number;
  readonly painting: number;
  readonly encoding: number;
  readonly total: number;
  /** What every hard cut adds that is met while painting. */
  readonly cut: number;
}

/**
 * Times of a job from its pieces.
 *
 * The decoder and the flow threads work beside the painter. On a machine whose cores all paint they slow it down by
 * what they compute: for flow that was measured, for the decoder it is its own time shared by the cores. Where there
 * are more cores than that, painting waits only for flow that takes longer than a frame.
 *
 * @param begin seconds of what comes before the work folder is opened.
 */
export function forecastTime(
  work: FilmWork,
  measured: Measurement,
  { cores, begin }: { cores: number; begin: number },
): TimeForecast {
  const { open, iteration, around } = measured;
  const firstFrame = work.iterations.first > 0 ? open + work.iterations.first * iteration : 0;
  const nextFrame = work.iterations.next > 0 ? open + work.iterations.next * iteration : 0;
  const first = firstFrame + around.first;
  const next = nextFrame + around.next;
  const painting = work.first * first + work.next * next;
  const beside = work.flowPairs * measured.flow.added;
  const waiting = work.flowPairs * (measured.flow.alone - next) - work.first * first;
  const flow = Math.max(beside, waiting, 0);
  const decoding =
    work.decoded > 0
      ? measured.decode.start + (work.decoded * measured.decode.frame) / Math.min(cores, 2)
      : 0;
  const paints = work.first + work.next > 0 && firstFrame + nextFrame > 0;
  const start = begin + (paints ? measured.prepare : 0);
  const encoding = measured.encode.start + work.frames * measured.encode.frame;
  const total = start + decoding + flow + painting + encoding;
  const cut = Math.max(0, first - next);
  return { start, decoding, flow, painting, encoding, total, cut };
}
