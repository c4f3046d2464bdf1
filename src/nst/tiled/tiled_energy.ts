import { add, type Expr, gradient, input, mul, type Session, type Tensors } from '../../engine/index.js';
import { invalidArgument } from '../../error.js';
import { contentDistances, layerDistances, viewsOf } from '../energy.js';
import { DREAM_RANGE, type EnergyForm, graphName, styleTerms, termNames } from '../energy_form.js';
import { isMatched } from '../losses/matched.js';
import type { Network } from '../network.js';
import { BackwardSweep, derivativeName } from './backward_sweep.js';
import type { Maps } from './crop.js';
import { ForwardSweep } from './forward_sweep.js';
import { type Compile, Part } from './part.js';
import { addPictureTerms } from './picture_terms.js';
import { formWithin, type Stage, stageInput, stagesOf, stageTaps, type Tiling } from './stage.js';
import { type Sum, SummedViews } from './sums.js';

/** The energies that can be evaluated in parts: those of losses that ask for sums over places only. */
export function canBeTiled(form: EnergyForm): boolean {
  return form.border === 'zero' && styleTerms(form).every(({ loss }) => !isMatched(loss));
}

/** @throws NstError usage INVALID_ARGUMENT for an energy that needs a picture as a whole. */
export function assertTiles(form: EnergyForm): void {
  if (canBeTiled(form)) return;
  const matched = form.styleLosses.filter((name) => name === 'patches' || name === 'histogram');
  const found = form.border === 'wrap' ? 'a seamless texture' : matched.join(' and ');
  throw invalidArgument('--memory', 'a picture and losses that can be looked at in parts', found);
}

/**
 * `energyGraph` in bounded memory: a session of the same feeds and outputs, equal to it but for rounding, made of many
 * small ones. Style terms are functions of sums over places, each term of its own layer's; so
 * 1. forward: every stage's windows are evaluated, their sums added up, and what a stage leaves is kept;
 * 2. a small graph takes the sums to energies and to the energies' derivatives by the sums;
 * 3. backward: every stage's windows are evaluated once more, the last stage's first, and carry the derivatives back.
 * A last stage of one window needs no sums of others: it is evaluated once, energy and derivative together.
 *
 * @throws NstError usage INVALID_ARGUMENT, see `assertTiles`; what `compile` throws
 */
export async function tiledEnergy(
  compile: Compile,
  network: Network,
  form: EnergyForm,
  size: { readonly width: number; readonly height: number },
  tiling: Tiling,
): Promise<Session> {
  assertTiles(form);
  const stages = stagesOf(network, form, size, tiling);
  const last = stages[stages.length - 1];
  const whole = last.windows.length === 1 ? last : undefined;
  const tiled = whole ? stages.slice(0, -1) : stages;
  const summed = new SummedViews(network);
  const { graph, taken } = sumsGraph(network, formWithin(form, tiled), summed);
  const parts = {
    forward: await ForwardSweep.compile(compile, network, form, tiled, { sums: summed.sums }),
    energies: await Part.compile(compile, graph),
    whole: whole && (await Part.compile(compile, wholeGraph(network, form, whole))),
    backward: await BackwardSweep.compile(compile, network, form, tiled, taken),
  };
  return new TiledEnergy(form, size, whole, parts);
}

interface Parts {
  readonly forward: ForwardSweep;
  readonly energies: Part;
  readonly whole: Part | undefined;
  readonly backward: BackwardSweep;
}

class TiledEnergy implements Session {
  readonly #form: EnergyForm;
  readonly #size: { readonly width: number; readonly height: number };
  readonly #whole: Stage | undefined;
  readonly #parts: Parts;

  constructor(
    form: EnergyForm,
    size: { readonly width: number; readonly height: number },
    whole: Stage | undefined,
    parts: Parts,
  ) {
    this.#form = form;
    this.#size = size;
    this.#whole = whole;
    this.#parts = parts;
  }

  async run(feeds: Readonly<Tensors>): Promise<Tensors> {
    const { forward, energies, whole, backward } = this.#parts;
    const found = await forward.run(feeds);
    const results: Tensors = await energies.run({ ...feeds, ...found.sums });
    let upstream: Maps | undefined;
    const slope = new Float32Array(3 * this.#size.width * this.#size.height);
    if (whole && this.#whole) {
      const { width, height } = this.#whole;
      const given = found.inputs[found.inputs.length - 1]?.data ?? feeds.image;
      const { derivative, ...terms } = await whole.run({ ...feeds, input: given });
      Object.assign(results, terms);
      upstream = { width, height, data: derivative };
      // All of the network in one window: that is the picture.
      if (this.#whole.block === 1) slope.set(derivative);
    }
    const content = await backward.run(found, { ...feeds, ...results }, upstream, slope);
    for (const [term, value] of Object.entries(content)) results[term] = Float32Array.of(value);
    const weight = (term: string) => feeds[`weight_${graphName(term)}`]?.[0] ?? 0;
    const weights = { temporal: weight('temporal'), tv: weight('tv'), range: weight(DREAM_RANGE) };
    const { temporal, tv, range } = addPictureTerms(feeds, this.#size, weights, slope);
    Object.assign(results, {
      temporal: Float32Array.of(temporal),
      tv: Float32Array.of(tv),
      [graphName(DREAM_RANGE)]: Float32Array.of(range),
    });
    const names = termNames(this.#form);
    const terms = names.map((term) => [graphName(term), results[graphName(term)]] as const);
    const energy = names.reduce((sum, term) => sum + weight(term) * results[graphName(term)][0], 0);
    return { energy: Float32Array.of(energy), gradient: slope, ...Object.fromEntries(terms) };
  }

  async dispose(): Promise<void> {
    const { forward, energies, whole, backward } = this.#parts;
    for (const part of [forward, energies, whole, backward]) await part?.dispose();
  }
}

/** Weights times terms, as fed. */
function weighted(terms: Readonly<Record<string, Expr>>): Expr | undefined {
  const parts = Object.entries(terms).map(([term, value]) =>
    mul(input(`weight_${graphName(term)}`, []), value),
  );
  return parts.length > 0 ? parts.reduce((a, b) => add(a, b)) : undefined;
}

function named(terms: Readonly<Record<string, Expr>>): Record<string, Expr> {
  return Object.fromEntries(Object.entries(terms).map(([term, value]) => [graphName(term), value]));
}

/** From sums to terms, and the energy's derivatives by the sums that it depends on. */
function sumsGraph(
  network: Network,
  form: EnergyForm,
  summed: SummedViews,
): { readonly graph: Record<string, Expr>; readonly taken: readonly Sum[] } {
  const terms = layerDistances(network, form, summed.views);
  const energy = weighted(terms);
  if (!energy) return { graph: {}, taken: [] };
  const asked = summed.asked;
  const derivatives = gradient(
    energy,
    asked.map((sum) => summed.nodeOf(sum)),
  );
  const outputs = asked.map((sum, i) => [derivativeName(sum), derivatives[i]]);
  return { graph: { ...named(terms), ...Object.fromEntries(outputs) }, taken: asked };
}

/** A last stage in one window: its terms, and the energy's derivative by what it is given. */
function wholeGraph(network: Network, form: EnergyForm, stage: Stage): Record<string, Expr> {
  const { given, first } = stageInput(network, stage);
  const { taps } = stageTaps(network, stage, first, form);
  const views = viewsOf(network, taps);
  const within = formWithin(form, [stage]);
  const terms = { ...contentDistances(network, within, views), ...layerDistances(network, within, views) };
  return { derivative: gradient(weighted(terms)!, [given])[0], ...named(terms) };
}
