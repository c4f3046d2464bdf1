import { add, type Expr, gradient, input, mul } from '../engine/index.js';
import { features, type Pooling, projected, tapsOf } from './features.js';
import { contentLoss, gramLoss, tapGram, temporalLoss, totalVariation } from './losses.js';
import type { Network } from './network.js';

/** What decides the form of the energy; a change of these needs another graph. */
export interface EnergyForm {
  readonly pooling: Pooling;
  readonly contentLayers: readonly string[];
  readonly styleLayers: readonly string[];
}

/** Gatys' content layer and Johnson's choice of style layers; max pooling as the reference programs. */
export const DEFAULT_FORM: EnergyForm = {
  pooling: 'max',
  contentLayers: ['relu4_2'],
  styleLayers: ['relu1_1', 'relu2_1', 'relu3_1', 'relu4_1', 'relu5_1'],
};

/** The factors of the terms; a change of these needs no other graph. */
export interface EnergyWeights {
  readonly content: number;
  readonly style: number;
  readonly temporal: number;
  readonly tv: number;
  /** Further factors of single terms by name, e.g. `style.relu1_1`; 1 where absent. */
  readonly layers?: Readonly<Record<string, number>>;
}

/** The terms of an energy in order: `content.LAYER`…, `style.LAYER`…, `temporal`, `tv`. */
export function termNames({ contentLayers, styleLayers }: EnergyForm): string[] {
  return [
    ...contentLayers.map((l) => `content.${l}`),
    ...styleLayers.map((l) => `style.${l}`),
    'temporal',
    'tv',
  ];
}

/** The factor of a term: its family's times its own. */
export function termWeight(weights: EnergyWeights, term: string): number {
  const family = term.split('.')[0] as 'content' | 'style' | 'temporal' | 'tv';
  return weights[family] * (weights.layers?.[term] ?? 1);
}

/** Names in graphs hold no dots: `style.relu1_1` is fed and read as `style_relu1_1`. */
export function graphName(term: string): string {
  return term.replace('.', '_');
}

/**
 * The static graph of one frame size: the energy Σ weight·term, each term before its weight, and the gradient.
 *
 * Fed: `image` and `warped` `[1,3,H,W]` 0..255, `certainty` `[1,1,H,W]`; per content layer its target features
 * `target_content_LAYER` `[1,K,h,w]`; per style layer its target Gram matrix `target_style_LAYER` `[K,K]`; per
 * term its factor `weight_TERM` `[]`. A frame with no predecessor is fed zeros for the last three of the temporal term.
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
  const taps = tapsOf(network, image, [...form.contentLayers, ...form.styleLayers], form.pooling);
  const terms: Record<string, Expr> = {};
  for (const layer of form.contentLayers) {
    const f = projected(taps.get(layer)!);
    terms[`content.${layer}`] = contentLoss(
      f,
      input(`target_content_${layer}`, f.shape),
      network.channels.get(layer)!,
    );
  }
  for (const layer of form.styleLayers) {
    const channels = network.channels.get(layer)!;
    const gram = tapGram(taps.get(layer)!, channels);
    terms[`style.${layer}`] = gramLoss(gram, input(`target_style_${layer}`, gram.shape), channels);
  }
  const warped = input('warped', image.shape);
  terms.temporal = temporalLoss(image, warped, input('certainty', [1, 1, height, width]));
  terms.tv = totalVariation(image);
  const weighted = termNames(form).map((term) => mul(input(`weight_${graphName(term)}`, []), terms[term]));
  const energy = weighted.reduce((a, b) => add(a, b));
  const outputs: Record<string, Expr> = { energy, gradient: gradient(energy, [image])[0] };
  for (const [term, value] of Object.entries(terms)) outputs[graphName(term)] = value;
  return outputs;
}

/** The graph of a content picture's targets: `image` `[1,3,H,W]` to features by layer, `[1,K,h,w]`. */
export function contentGraph(
  network: Network,
  form: EnergyForm,
  width: number,
  height: number,
): Record<string, Expr> {
  return Object.fromEntries(
    features(network, input('image', [1, 3, height, width]), form.contentLayers, form.pooling),
  );
}

/** The graph of a style picture's targets: `image` `[1,3,H,W]`, of any size, to Gram matrices by layer, `[K,K]`. */
export function styleGraph(
  network: Network,
  form: EnergyForm,
  width: number,
  height: number,
): Record<string, Expr> {
  const taps = tapsOf(network, input('image', [1, 3, height, width]), form.styleLayers, form.pooling);
  return Object.fromEntries(
    [...taps].map(([layer, tap]) => [layer, tapGram(tap, network.channels.get(layer)!)]),
  );
}
