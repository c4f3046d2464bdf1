import { DEFAULT_FORM, type EnergyForm, type EnergyWeights } from '../../nst/energy_form.js';
import { STYLE_LOSSES, type StyleLossName } from '../../nst/losses/style_losses.js';
import type { IterationRecord } from '../../nst/minimise.js';
import type { SolveOptions } from '../../nst/solver.js';
import type { Minimisation } from '../../nst/solver_messages.js';
import { DEFAULT_STOP } from '../../nst/stop_rule.js';
import type { Picture } from '../../picture.js';
import type { MergedNeighbours } from '../../temporal/long_term.js';
import type { JobContext } from '../job.js';
import { type FrameMasks, maskedGoals } from '../masks/mask_regions.js';
import { masksAt } from '../masks/masked_frame.js';
import type { Settings } from '../options/setting_types.js';
import { goalsOf } from './style_pictures.js';

/** The form of the energy that the settings ask for. */
export function energyForm(settings: Settings): EnergyForm {
  const { pooling, contentLayers, styleLayers, dream, normalise, patchAngles, patchScales } = settings;
  return {
    ...DEFAULT_FORM,
    goals: goalsOf(settings),
    ...maskedGoals(settings),
    pooling,
    contentLayers: Object.keys(contentLayers),
    styleLayers: Object.keys(styleLayers),
    dream: Object.keys(dream),
    styleLosses: styleLosses(settings),
    normalise,
    patchAngles,
    patchScales: patchScales.map((percent) => percent / 100),
  };
}

/** The losses that count, in the registry's order. */
function styleLosses({ styleLoss }: Settings): StyleLossName[] {
  return (Object.keys(STYLE_LOSSES) as StyleLossName[]).filter((name) => (styleLoss[name] ?? 0) > 0);
}

/** The factors of all terms, of every layer its own. */
export function energyWeights(settings: Settings): EnergyWeights {
  const of = (family: string, layers: Settings['styleLayers']) =>
    Object.entries(layers).map(([layer, weight]) => [`${family}.${layer}`, weight]);
  return {
    content: settings.contentWeight,
    style: settings.styleWeight,
    temporal: settings.temporalWeight,
    tv: settings.tvWeight,
    dream: settings.dreamWeight,
    losses: settings.styleLoss,
    layers: Object.fromEntries([
      ...of('content', settings.contentLayers),
      ...styleLosses(settings).flatMap((name) => of(STYLE_LOSSES[name].name, settings.styleLayers)),
      ...of('dream', settings.dream),
    ]),
  };
}

/** What minimises, how, and when it ends before its iterations do. */
export function optimisation({
  optimizer,
  lbfgsHistory,
  lineSearch,
  learningRate,
  tolerance,
}: Settings): Omit<Minimisation, 'start' | 'iterations'> {
  const stop = { every: DEFAULT_STOP.every, relativeChange: tolerance };
  return { optimizer, history: lbfgsHistory, lineSearch, learningRate, stop };
}

/** A frame as the solver is asked for it: what differs between frames, and what the settings say of all. */
export interface FrameRequest {
  /** The source frame. */
  readonly content: Picture;
  readonly start: Picture;
  /** Where it is painted and like what, at any size; all of it by all paintings unless given. */
  readonly masks?: FrameMasks;
  /** The painted frame before, or several merged, warped, certainty 0..1; without it there is no temporal term. */
  readonly previous?: Omit<MergedNeighbours, 'constant'> & Partial<MergedNeighbours>;
  /** Most steps of the optimiser. */
  readonly iterations: number;
  /** Place of the frame in the film and in the job, and which pass over it this is, for the events. */
  readonly at: {
    readonly frame: number;
    readonly place: number;
    readonly frames: number;
    readonly pass?: number;
    readonly passes?: number;
  };
  /** Steps before these, at other sizes, and of the frame in all; by default 0 and `iterations`. */
  readonly counted?: { readonly before: number; readonly total: number };
}

/** What a minimisation recorded, counted on from the steps before it. */
export function countedOn(records: readonly IterationRecord[], before: number): IterationRecord[] {
  return records.map((record) => ({ ...record, iteration: before + record.iteration }));
}

/** What the solver is given for one frame; every evaluation is told as an `iteration` event. */
export function solveRequest(
  { content, start, masks, previous, iterations, at, counted }: FrameRequest,
  settings: Settings,
  { emit, signal }: JobContext,
): SolveOptions {
  const { before, total } = counted ?? { before: 0, total: iterations };
  return {
    content,
    start,
    ...masksAt(masks, content),
    warped: previous?.warped,
    certainty: previous?.certainty,
    temporalConstant: previous?.constant,
    weights: energyWeights(settings),
    ...optimisation(settings),
    iterations,
    matchEvery: settings.matchEvery,
    signal,
    onIteration: ({ iteration, energy, terms }) =>
      emit({ type: 'iteration', ...at, iteration: before + iteration, iterations: total, energy, terms }),
  };
}
