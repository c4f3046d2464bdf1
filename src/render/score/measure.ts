import type { Picture } from '../../picture.js';
import { errorOf, weightedSquares } from '../../temporal/consistency.js';
import type { JobContext } from '../job.js';
import { BlockEdgeMeasure, type BlockEdges } from './block_edges.js';
import { coloursOf, type FrameColours } from './drift.js';
import { FlickerMap } from './flicker.js';
import type { ScoreEnergy } from './score_energy.js';
import type { Pairs, ScoreMotion } from './score_motion.js';
import type { FrameEnergy, FrameError } from './score_report.js';
import type { FramePair, ScoredFilms } from './scored_films.js';

/** What every frame showed. */
export interface Measured {
  /** By distance: the frames that have an earlier one so far back. */
  readonly errors: ReadonlyMap<number, readonly FrameError[]>;
  readonly energies: readonly FrameEnergy[];
  readonly colours: readonly FrameColours[];
  /** At the least distance. */
  readonly flicker: FlickerMap;
  readonly blockEdges: { readonly stylised: BlockEdges | undefined; readonly source: BlockEdges | undefined };
}

/** Decodes both films side by side, once, and measures every frame; as many frames stay in memory as the greatest distance. */
export async function measure(
  films: ScoredFilms,
  motion: ScoreMotion,
  energy: ScoreEnergy,
  pairs: Pairs,
  { emit, signal }: JobContext,
): Promise<Measured> {
  const { frames, width, height } = films;
  const paired = [...pairs].map(([distance, later]) => ({
    distance,
    frames: new Set(later),
    errors: [] as FrameError[],
  }));
  const flicker = new FlickerMap(width, height);
  const edges = { stylised: new BlockEdgeMeasure(), source: new BlockEdgeMeasure() };
  const energies: FrameEnergy[] = [];
  const colours: FrameColours[] = [];
  const recent = new Map<number, FramePair>();
  const reach = Math.max(...pairs.keys());
  let place = 0;
  for await (const pair of films.read(frames, signal)) {
    signal.throwIfAborted();
    const { frame } = pair;
    recent.set(frame, pair);
    for (const old of recent.keys()) if (old < frame - reach) recent.delete(old);
    const [terms] = await Promise.all([
      energy.termsOf(frame, pair.stylised, pair.source),
      ...paired
        .filter((at) => at.frames.has(frame))
        .map(async ({ distance, errors }) => {
          const earlier = recent.get(frame - distance) as FramePair;
          const { flow, certainty } = await motion.between(
            frame,
            distance,
            pair.source,
            earlier.source,
            signal,
          );
          const found = weightedSquares(pair.stylised, earlier.stylised, flow, certainty);
          errors.push({ frame, ...errorOf(found) });
          if (distance === paired[0].distance) flicker.add(found);
        }),
    ]);
    energies.push({ frame, terms });
    colours.push({ frame, ...bothColours(pair.source, pair.stylised) });
    edges.stylised.add(pair.stylised);
    edges.source.add(pair.source);
    emit({ type: 'measured', frame, place: ++place, frames: frames.length });
  }
  return {
    errors: new Map(paired.map(({ distance, errors }) => [distance, errors])),
    energies,
    colours,
    flicker,
    blockEdges: { stylised: edges.stylised.ratios(), source: edges.source.ratios() },
  };
}

function bothColours(source: Picture, stylised: Picture): Omit<FrameColours, 'frame'> {
  const from = coloursOf(source);
  const to = coloursOf(stylised);
  return {
    sourceMean: from.mean,
    sourceContrast: from.contrast,
    mean: to.mean,
    contrast: to.contrast,
  };
}
