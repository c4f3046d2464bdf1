import { add, type Expr, gradient, input, mul, type Shape } from '../engine/index.js';
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
import { dreamOf, dreamTerm, rangeTerm } from './losses/dream.js';
import { type LayerView, TapView } from './losses/layer_view.js';
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
  const taps = tapsOf(network, image, formLayers(form), form.pooling, form.border);
  const views = viewsOf(network, taps);
  const terms: Record<string, Expr> = {
    ...contentDistances(network, form, views),
    ...layerDistances(network, form, views),
  };
  if (form.dream.length > 0) terms[DREAM_RANGE] = rangeTerm(image);
  const warped = input('warped', image.shape);
  terms.temporal = temporalLoss(image, warped, input('certainty', [1, 1, height, width]));
  terms.tv = totalVariation(image, form.border);
  const weighted = termNames(form).map((term) => mul(input(`weight_${graphName(term)}`, []), terms[term]));
  const energy = weighted.reduce((a, b) => add(a, b));
  const outputs: Record<string, Expr> = { energy, gradient: gradient(energy, [image])[0] };
  for (const [term, value] of Object.entries(terms)) outputs[graphName(term)] = value;
  return outputs;
}

/**
 * Where terms take a layer from: as a whole, or the part of it that a goal is for.
 * @throws NstError bug where that is not in the graph
 */
export type Views = (layer: string, goal?: number) => LayerView;

/** Layers by what a graph has at them; the parts of goals by weights fed as `guide_GOAL_BLOCK`. */
export function viewsOf(network: Network, taps: ReadonlyMap<string, Tap>): Views {
  const inputs = new SharedInputs();
  return (layer, goal) => {
    const tap = taps.get(layer)!;
    const [, , h, w] = tap.own.shape;
    const name = `guide_${goal}_${blockOf(network, layer)}`;
    return new TapView(tap, goal === undefined ? undefined : inputs.get(name, [1, 1, h, w]));
  };
}

/** The terms of the content picture, by name, before their weights. */
export function contentDistances(network: Network, form: EnergyForm, views: Views): Record<string, Expr> {
  return Object.fromEntries(
    contentTerms(form).map((one) => {
      const found = measuresAt(network, views(one.layer), one);
      return [one.term, distanceTo('target', found, network, one)];
    }),
  );
}

/** The terms of paintings and dreams, by name, before their weights; they ask layers for sums over places only. */
export function layerDistances(network: Network, form: EnergyForm, views: Views): Record<string, Expr> {
  const inputs = new SharedInputs();
  const terms: Record<string, Expr> = {};
  for (const one of styleTerms(form)) {
    const whole = form.guided ? undefined : measuresAt(network, views(one.layer), one);
    const goals = Array.from({ length: form.goals }, (_, goal) => {
      const found = whole ?? measuresAt(network, views(one.layer, goal), one);
      const distance = distanceTo(`target_${goal}`, found, network, one);
      return hasFactors(form) ? mul(inputs.get(`factor_${goal}`, []), distance) : distance;
    });
    terms[one.term] = goals.reduce((a, b) => add(a, b));
  }
  for (const name of form.dream) {
    const dream = dreamOf(name);
    const unit = inputs.get(`target_dream_${dream.layer}`, []);
    terms[dreamName(name)] = dreamTerm(views(dream.layer), widthOf(network, dream.layer), unit, dream);
  }
  return terms;
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
  const views = viewsOf(network, taps);
  return {
    ...measuresOf(contentTerms(form), (one) => measuresAt(network, views(one.layer), one)),
    ...dreamUnits(form, views),
  };
}

/** What dreams are measured in: the mean squares of the content picture's layers, `dream_LAYER`. */
export function dreamUnits(form: EnergyForm, views: Views): Record<string, Expr> {
  const layers = form.dream.map((dream) => dreamOf(dream).layer);
  return Object.fromEntries(layers.map((layer) => [`dream_${layer}`, views(layer).meanSquare()]));
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
  return paintingMeasures(network, form, viewsOf(network, taps), guided);
}

/** What a painting is measured by, `LOSS_LAYER_MEASURE`; with `guided` the part of it that goal 0 is for. */
export function paintingMeasures(
  network: Network,
  form: EnergyForm,
  views: Views,
  guided: boolean,
): Record<string, Expr> {
  return measuresOf(measuredTerms(form), (one) =>
    measuresAt(network, views(one.layer, guided ? 0 : undefined), one),
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

/** The block that a layer of the network is in, from 1. */
export function blockOf(network: Network, layer: string): number {
  return network.convolutions.find(({ tap }) => tap === layer)?.block ?? 0;
}

/** How many feature maps a layer has of its own. */
export function widthOf(network: Network, layer: string): number {
  return network.convolutions.find(({ tap }) => tap === layer)?.outputs ?? 0;
}

function measuresAt(network: Network, view: LayerView, { loss, layer }: LayerTerm): Measures {
  return loss.measure(view, network.channels.get(layer)!);
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

/** Inputs that several terms share: a name of a graph is one node. */
export class SharedInputs {
  readonly #nodes = new Map<string, Expr>();

  get(name: string, shape: Shape): Expr {
    const made = this.#nodes.get(name) ?? input(name, shape);
    this.#nodes.set(name, made);
    return made;
  }
}
