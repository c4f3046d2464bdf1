import type { Measurement } from './forecast_measure.js';
import type { FilmWork, FreshStep } from './forecast_work.js';

/** Seconds of a film job by its parts, which follow each other or, where they run side by side, by what they add. */
export interface TimeForecast {
  /** The process, the film's headers and checksum, the encoder's trial, the network and its graphs. */
  readonly start: number;
  /** Source frames: decoded and stored. */
  readonly decoding: number;
  /** What flow adds to the painting that it runs beside. */
  readonly flow: number;
  /** All frames, from their source to the stored painting. */
  readonly painting: number;
  /** The output, of stored frames. */
  readonly encoding: number;
  /** All together. */
  readonly total: number;
}

/**
 * Times of a job from its pieces.
 *
 * The decoder and the flow threads work beside the painter. On a machine whose cores all paint they slow it down by
 * what they compute: for flow that was measured, for the decoder it is its own time shared by the cores. Where there
 * are more cores than that, painting waits only for flow that takes longer than a frame.
 *
 * @param begin seconds of what comes before the work folder is opened.
 * @param atOnce shots painted side by side that the cores suffice for.
 */
export function forecastTime(
  work: FilmWork,
  measured: Measurement,
  { cores, begin, atOnce = 1 }: { cores: number; begin: number; atOnce?: number },
): TimeForecast {
  const { compile, grams, open, iteration, around } = measured;
  // The graphs of the last size stay; those of the sizes before it are made for every fresh frame.
  const changing = Math.max(0, work.fresh.length - 1) * compile;
  const secondsOf = ({ share, iterations }: FreshStep) => share * (open + iterations * iteration);
  const evaluating = work.fresh.reduce((sum, step) => sum + secondsOf(step), 0);
  const first = changing + evaluating + around.first;
  const begun = work.newRegions && measured.newRegions ? secondsOf(work.newRegions) : 0;
  const iterations = work.iterations + (work.held ? 1 : 0);
  // A frame is made ready while the one before is painted: like the decoder, by what the cores share.
  const beside = (seconds: number) => seconds / Math.min(cores, 2);
  const next = begun + (work.iterations > 0 ? open + iterations * iteration : 0) + beside(around.next);
  const painting = (work.first * first + work.next * next) / atOnce;
  const added = work.flowPairs * measured.flow.added;
  const waiting =
    work.flowPairs * measured.flow.alone - Math.min(work.flowPairs, work.next) * next - work.first * first;
  const flow = Math.max(added, waiting, 0);
  const decoding =
    work.decoded > 0 ? measured.decode.start + beside(work.decoded * measured.decode.frame) : 0;
  const paintings = work.fresh.reduce((sum, { share }) => sum + share * grams, 0);
  const start = begin + (work.evaluations > 0 ? measured.begin + compile + paintings : 0);
  const encoding = measured.encode.start + work.frames * measured.encode.frame;
  const total = start + decoding + flow + painting + encoding;
  return { start, decoding, flow, painting, encoding, total };
}
