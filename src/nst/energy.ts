import { add, type Expr, gradient, input, mul } from '../engine/index.js';
import {
  contentTerms,
  DREAM_RANGE,
  dreamName,
  type EnergyForm,
  formLayers,
  graphName,
  hasFactors,
  type LayerTerm,
  styleTerms,
  termNames,
} from './energy_form.js';
import { type Tap, tapsOf } from './features.js';
import { dreamOf, dreamTerm, dreamUnit, rangeTerm } from './losses/dream.js';
import type { Measures } from './losses/loss.js';
import { isMatched } from './losses/matched.js';
import { temporalLoss, totalVariation } from './losses/picture_losses.js';
import type { Network } from './network.js';

/**
 * The static graph of one frame size: the energy Σ weight·term, each term before its weight, and the gradient.
 *
 * Fed: `image` and `warped` `[1,3,H,W]` 0..255, `certainty` `[1,1,H,W]`; the content picture's measures
 * `target_content_LAYER_MEASURE`, and for dreams `target_dream_LAYER` `[]`; per goal its paintings' measures `target_GOAL_LOSS_LAYER_MEASURE`; per term its
 * factor `weight_TERM` `[]`; where goals have them, their factors `factor_GOAL` `[]`, and for a guided form the places'
 * weights `guide_GOAL_BLOCK` `[1,1,h,w]`. A frame with no predecessor is fed zeros for certainty and weight of the
 * temporal term. A style term is the sum of its goals', each by its factor.
 *
 * One warped frame serves the long-term loss too: Σ_j c_j(x−ω_j)² differs from C(x−ω)², with C = Σ_j c_j and
 * ω = Σ_j c_j ω_j / C, by a constant only.
 *
 * Returns `energy` `[]`, `gradient` `[1,3,H,W]` and every term `[]` under its `graphName`.
 */
export function energyGraph(
  network: Network,
  form: EnergyForm,
  width: number,
  height: number,
): Record<string, Expr> {
  const image = input('image', [1, 3, height, width]);
  const dreams = form.dream.map((dream) => ({ term: dreamName(dream), ...dreamOf(dream) }));
  const taps = tapsOf(network, image, formLayers(form), form.pooling, form.border);
  const terms: Record<string, Expr> = {};
  for (const one of contentTerms(form)) {
    const found = measuresAt(network, taps, one);
    terms[one.term] = distanceTo('target', found, network, one);
  }
  const guides = new GuideInputs();
  for (const one of styleTerms(form)) {
    const whole = form.guided ? undefined : measuresAt(network, taps, one);
    const goals = Array.from({ length: form.goals }, (_, goal) => {
      const found = whole ?? measuresAt(network, taps, one, guides.at(network, taps, one.layer, goal));
      const distance = distanceTo(`target_${goal}`, found, network, one);
      return hasFactors(form) ? mul(guides.factor(goal), distance) : distance;
    });
    terms[one.term] = goals.reduce((a, b) => add(a, b));
  }
  const units = new Map(dreams.map(({ layer }) => [layer, input(`target_dream_${layer}`, [])]));
  for (const { term, ...dream } of dreams)
    terms[term] = dreamTerm(taps.get(dream.layer)!.own, units.get(dream.layer)!, dream);
  if (dreams.length > 0) terms[DREAM_RANGE] = rangeTerm(image);
  const warped = input('warped', image.shape);
  terms.temporal = temporalLoss(image, warped, input('certainty', [1, 1, height, width]));
  terms.tv = totalVariation(image, form.border);
  const weighted = termNames(form).map((term) => mul(input(`weight_${graphName(term)}`, []), terms[term]));
  const energy = weighted.reduce((a, b) => add(a, b));
  const outputs: Record<string, Expr> = { energy, gradient: gradient(energy, [image])[0] };
  for (const [term, value] of Object.entries(terms)) outputs[graphName(term)] = value;
  return outputs;
}

/** The graph of a content picture's targets: `image` `[1,3,H,W]` to measures `content_LAYER_MEASURE`, `dream_LAYER`. */
export function contentGraph(
  network: Network,
  form: EnergyForm,
  width: number,
  height: number,
): Record<string, Expr> {
  const image = input('image', [1, 3, height, width]);
  const dreams = form.dream.map((dream) => dreamOf(dream).layer);
  const taps = tapsOf(network, image, [...form.contentLayers, ...dreams], form.pooling);
  const units = dreams.map((layer) => [`dream_${layer}`, dreamUnit(taps.get(layer)!.own)]);
  return {
    ...measuresOf(contentTerms(form), (one) => measuresAt(network, taps, one)),
    ...Object.fromEntries(units),
  };
}

/**
 * The graph of a painting's targets: `image` `[1,3,H,W]`, of any size, to measures `LOSS_LAYER_MEASURE`; with `guided`
 * of the part that the weights `guide_0_BLOCK` `[1,1,h,w]` say. Matched losses have none: their targets are found for
 * each frame.
 */
export function styleGraph(
  network: Network,
  form: EnergyForm,
  width: number,
  height: number,
  guided = false,
): Record<string, Expr> {
  const image = input('image', [1, 3, height, width]);
  const taps = tapsOf(network, image, form.styleLayers, form.pooling);
  const guides = new GuideInputs();
  return measuresOf(measuredTerms(form), (one) =>
    measuresAt(network, taps, one, guided ? guides.at(network, taps, one.layer, 0) : undefined),
  );
}

/** The network's blocks that paintings are measured in: the scales at which guides are fed. */
export function styleBlocks(network: Network, form: EnergyForm): number[] {
  return [...new Set(measuredTerms(form).map(({ layer }) => blockOf(network, layer)))];
}

/** The terms whose targets are measured of the paintings, once; those of the others are found for each frame. */
function measuredTerms(form: EnergyForm): LayerTerm[] {
  return styleTerms(form).filter(({ loss }) => !isMatched(loss));
}

function blockOf(network: Network, layer: string): number {
  return network.convolutions.find(({ tap }) => tap === layer)?.block ?? 0;
}

function measuresAt(
  network: Network,
  taps: ReadonlyMap<string, Tap>,
  { loss, layer }: LayerTerm,
  weights?: Expr,
): Measures {
  return loss.measure(taps.get(layer)!, network.channels.get(layer)!, weights);
}

function measuresOf(
  terms: readonly LayerTerm[],
  measure: (one: LayerTerm) => Measures,
): Record<string, Expr> {
  return Object.fromEntries(
    terms.flatMap((one) =>
      Object.entries(measure(one)).map(([name, value]) => [`${graphName(one.term)}_${name}`, value]),
    ),
  );
}

function distanceTo(
  prefix: string,
  found: Measures,
  network: Network,
  { term, loss, layer }: LayerTerm,
): Expr {
  const target = Object.entries(found).map(([name, { shape }]) => [
    name,
    input(`${prefix}_${graphName(term)}_${name}`, shape),
  ]);
  return loss.distance(found, Object.fromEntries(target), network.channels.get(layer)!);
}

/** Inputs that several layers and losses share: a name of a graph is one node. */
class GuideInputs {
  readonly #nodes = new Map<string, Expr>();

  at(network: Network, taps: ReadonlyMap<string, Tap>, layer: string, goal: number): Expr {
    const [, , h, w] = taps.get(layer)!.own.shape;
    return this.#once(`guide_${goal}_${blockOf(network, layer)}`, [1, 1, h, w]);
  }

  factor(goal: number): Expr {
    return this.#once(`factor_${goal}`, []);
  }

  #once(name: string, shape: readonly number[]): Expr {
    const made = this.#nodes.get(name) ?? input(name, shape);
    this.#nodes.set(name, made);
    return made;
  }
}
