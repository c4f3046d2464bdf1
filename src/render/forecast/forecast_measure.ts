import { createFlowField } from '../../flow/flow_field.js';
import { FlowWorkers } from '../../flow/flow_workers.js';
import { decodeFrames } from '../../frames/decode.js';
import { timeEncoder } from '../../frames/encoder_trial.js';
import { tryFrame } from '../../frames/frame_trial.js';
import { outputKind } from '../../frames/output.js';
import { resizePicture } from '../../frames/resize.js';
import type { Picture } from '../../picture.js';
import { startPicture } from '../../temporal/start.js';
import { warpPicture } from '../../temporal/warp.js';
import { estimatorOf } from '../learned_flow.js';
import type { Settings } from '../options/setting_types.js';
import { freshStart, ground } from '../paint/ground.js';
import { energyWeights } from '../paint/minimising.js';
import { hasNewRegions, newRegionSize } from '../paint/new_regions.js';
import { startSolver } from '../paint/start_solver.js';
import { readStyles } from '../paint/style_pictures.js';
import type { FilmOutline } from '../plan.js';
import { timeSolve } from './time_solve.js';

/** What this machine takes for the pieces of a film job, seconds, at the film's size. */
export interface Measurement {
  /** Size of the frames that were measured; all times are scaled from there by the number of pixels. */
  readonly width: number;
  readonly height: number;
  /** Once: the solver's thread and the network. */
  readonly begin: number;
  /** Each frame size: the graphs. */
  readonly compile: number;
  /** Each time the paintings are set: their Gram matrices. */
  readonly grams: number;
  /** Each painted frame: its features and the first evaluation. */
  readonly open: number;
  /** Each further evaluation, with the optimiser's step. */
  readonly iteration: number;
  /** Around the minimisation of a frame: what is read, warped, coloured and stored. */
  readonly around: { readonly first: number; readonly next: number };
  /** A pair of frames: by itself, and what it adds to the painting it runs beside. */
  readonly flow: { readonly alone: number; readonly added: number };
  /** Bytes that a learned flow estimator holds, which nothing but a trial can tell; absent for the others. */
  readonly flowMemory?: number;
  /** Whether the second frame has new regions that are painted small first; it stands for all. */
  readonly newRegions: boolean;
  /** Until the first frame is there, then for each, stored. */
  readonly decode: { readonly start: number; readonly frame: number };
  readonly encode: { readonly start: number; readonly frame: number };
}

export interface MeasureOptions {
  readonly networkPath: string;
  readonly threads: number;
  /** Multiplications and additions of an evaluation per pixel. */
  readonly flop: number;
  /** False where no energy is evaluated: all is painted, or nothing is to be. */
  readonly paints: boolean;
  /** False where no frame goes on from the one before. */
  readonly flows: boolean;
  readonly signal: AbortSignal;
}

/** An evaluation that is measured has about so many operations at most: a few tenths of a second. */
const MOST_FLOP = 60e9;
/** Frames that are decoded to time the decoder. */
const DECODED = 6;
/** Seconds that evaluations are measured for, and pairs of flow beside them. */
const PATIENCE = 1.5;
const FLOW_PATIENCE = 1;
/** Seconds of a pair beyond which it is not measured beside painting: it is taken to share the cores evenly. */
const SLOW_PAIR = 2;

const NOTHING_PAINTED = {
  begin: 0,
  compile: 0,
  grams: 0,
  open: 0,
  iteration: 0,
  around: { first: 0, next: 0 },
  flow: { alone: 0, added: 0 },
  flowMemory: undefined,
  newRegions: false,
};

const clock = (): number => performance.now() / 1000;

/** Measures the pieces of a film job with the job's own parts, in a few seconds. Writes nothing. */
export async function measureFilm(film: FilmOutline, options: MeasureOptions): Promise<Measurement> {
  const { decode, frames } = await timeDecoder(film, options.signal);
  const stored = await tryFrame(frames[0]);
  const shrink = Math.min(1, Math.sqrt(MOST_FLOP / (options.flop * film.width * film.height)));
  const side = (length: number) => Math.max(16, Math.round(length * shrink));
  const [width, height] = [side(film.width), side(film.height)];
  const scale = (film.width * film.height) / (width * height);
  const small = frames.map((frame) => resizePicture(frame, width, height));
  // A learned estimator's time does not go by the number of pixels: it is given frames as they are.
  const learned = film.settings.flowModel !== undefined;
  const pair = learned ? frames : small;
  const timed = options.paints ? await timePainting(film, small, pair, options) : NOTHING_PAINTED;
  const flowScale = learned ? 1 : scale;
  const { first, next } = timed.around;
  return {
    width,
    height,
    begin: timed.begin,
    compile: timed.compile,
    grams: timed.grams * scale,
    open: timed.open * scale,
    iteration: timed.iteration * scale,
    // A first frame reads its source and writes itself; a following one reads three frames.
    around: {
      first: first * scale + stored.read + stored.write,
      next: next * scale + 3 * stored.read + stored.write,
    },
    // Each pair reads two frames; its certainty is stored as a third of a frame.
    flow: { alone: timed.flow.alone * flowScale + 2 * stored.read, added: timed.flow.added * flowScale },
    decode: { ...decode, frame: decode.frame + stored.write },
    encode: await timeOutput(film, stored),
    flowMemory: timed.flowMemory,
    newRegions: timed.newRegions,
  };
}

async function timeDecoder(film: FilmOutline, signal: AbortSignal) {
  const last = Math.min(DECODED, film.media.video.frameCount) - 1;
  const frames: Picture[] = [];
  const began = clock();
  let arrived = began;
  const size = { width: film.width, height: film.height };
  for await (const { picture } of decodeFrames(film.media, {
    ...size,
    ranges: [{ first: 0, last }],
    signal,
  })) {
    if (frames.length === 0) arrived = clock();
    if (frames.length < 2) frames.push(picture);
  }
  const decode = { start: arrived - began, frame: (clock() - arrived) / Math.max(1, last) };
  return { decode, frames };
}

async function timeOutput(film: FilmOutline, stored: { read: number; write: number }) {
  if ((await outputKind(film.output)) === 'pictures') return { start: 0, frame: stored.read + stored.write };
  const { start, frame } = await timeEncoder(film.output, film.alpha.encoder, film);
  return { start, frame: frame + stored.read };
}

/** Paints the first of `frames` for a while, then again beside flow, where the film needs any. */
async function timePainting(
  film: FilmOutline,
  frames: readonly Picture[],
  pair: readonly Picture[],
  { networkPath, threads, flows, signal }: MeasureOptions,
) {
  // Masks change the time of an evaluation by little, and each would have to be made for it.
  const settings: Settings = { ...film.settings, mask: [], styleMask: [] };
  const [content, second = content] = frames;
  const styles = await readStyles(settings, content, () => undefined);
  const began = clock();
  const solver = await startSolver(networkPath, { ...settings, threads });
  const workers = new FlowWorkers({ threads: Math.min(2, threads) });
  try {
    const begin = clock() - began;
    await solver.setStyles(styles);
    const set = clock();
    const start = freshStart(content, styles, settings);
    const first = clock() - set;
    const weights = energyWeights(settings);
    const certainty = { ...content, data: new Float32Array(content.width * content.height).fill(1) };
    const task = { content, start, warped: start, certainty, weights, optimizer: settings.optimizer };
    const compiled = await timeSolve(solver, task, { seconds: 0, least: 1, most: 1, signal });
    const painting = { seconds: PATIENCE, least: 4, most: 40, signal };
    const alone = await timeSolve(solver, task, painting);
    const compile = Math.max(0, compiled.open - alone.open);
    const grams = set - began - begin;
    const timed = { begin, compile, grams, open: alone.open, iteration: alone.iteration };
    const none = {
      ...timed,
      around: { first, next: first },
      flow: { alone: 0, added: 0 },
      flowMemory: undefined,
      newRegions: false,
    };
    if (!flows || second === content) return none;

    const estimator = estimatorOf(settings, threads);
    const estimate = () => workers.pair(pair[0], pair[1], estimator, signal);
    const before = process.memoryUsage.rss();
    await estimate(); // starts the threads
    const flowMemory = Math.max(0, process.memoryUsage.rss() - before);
    const pairBegan = clock();
    const { certainty: trust } = await estimate();
    const pairSeconds = clock() - pairBegan;
    let pairs = 0;
    let span = { from: 0, to: 0 };
    const during = async () => {
      const from = performance.now();
      do {
        await estimate();
        pairs++;
      } while (performance.now() - from < 1000 * FLOW_PATIENCE);
      span = { from, to: performance.now() };
    };
    let added = pairSeconds;
    if (pairSeconds <= SLOW_PAIR) {
      const { marks } = await timeSolve(solver, task, { ...painting, most: 10_000, during });
      const steps = marks.filter((mark) => mark > span.from && mark <= span.to).length;
      added = ((span.to - span.from) / 1000 - steps * alone.iteration) / pairs;
    }

    const size = newRegionSize(film, settings);
    const setting = clock();
    const still = createFlowField(content.width, content.height);
    const warped = warpPicture(start, still);
    startPicture(warped.picture, certainty, ground(second, styles, settings));
    return {
      ...timed,
      around: { first, next: clock() - setting },
      flow: { alone: pairSeconds, added: Math.max(0, Math.min(added, 3 * pairSeconds)) },
      flowMemory: typeof estimator === 'string' ? undefined : flowMemory,
      newRegions: size !== undefined && hasNewRegions(trust, size),
    };
  } finally {
    await Promise.all([workers.close(), solver.close()]);
  }
}
