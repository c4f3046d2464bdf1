import type { LayerWeights, Settings } from './setting_types.js';

/** VGG-19's feature maps per layer, N_l. */
const MAPS = { relu1_1: 64, relu2_1: 128, relu3_1: 256, relu4_1: 512, relu4_2: 512, relu5_1: 512 } as const;

type StyleLayer = Exclude<keyof typeof MAPS, 'relu4_2'>;
const STYLE_LAYERS: readonly StyleLayer[] = ['relu1_1', 'relu2_1', 'relu3_1', 'relu4_1', 'relu5_1'];

const layerWeights = (weight: (layer: StyleLayer) => number): LayerWeights =>
  Object.fromEntries(STYLE_LAYERS.map((layer) => [layer, weight(layer)]));

/**
 * Weights of Gatys et al. 2016 in our normalisation, up to one factor over all of them.
 *
 * Theirs is α·½ Σ (F−P)² + β Σ_l w_l·¼N⁻²M⁻² Σ (G_raw−A_raw)², with w_l = 1/5 and G_raw = N·M·G. Our terms are means,
 * over N·M features and over N² entries of G: α·(N·M/2)·content + β·Σ_l w_l·(N_l²/4)·style_l. The content factor grows
 * with the picture; it is taken at their size, 512×512, where relu4_2 has M = 64², so that the look is theirs at any.
 * Everything is divided by β·w_l·N²/4 of relu1_1, which leaves the minimum where it is.
 */
function gatysWeights(
  alphaOverBeta: number,
): Pick<Settings, 'contentWeight' | 'styleWeight' | 'styleLayers'> {
  const styleShare = 1 / STYLE_LAYERS.length;
  const style = (layer: StyleLayer) => (styleShare * MAPS[layer] ** 2) / 4;
  const content = (alphaOverBeta * MAPS.relu4_2 * 64 ** 2) / 2;
  const unit = style('relu1_1');
  return {
    contentWeight: content / unit,
    styleWeight: 1,
    styleLayers: layerWeights((layer) => style(layer) / unit),
  };
}

/** What Ruder, Dosovitskiy & Brox 2016 paint with in one pass and in several. */
const RUDER = {
  network: 'vgg19',
  pooling: 'max',
  contentLayers: { relu4_2: 1 },
  styleLayers: layerWeights(() => 1),
  contentWeight: 5,
  styleWeight: 100,
  tvWeight: 1e-3,
  optimizer: 'lbfgs',
  init: 'noise',
  flow: 'strong',
  coarsest: 0,
} as const satisfies Partial<Settings>;

/**
 * What published papers and their authors' programs paint with, as far as our options go; docs/recipes.md has the
 * table, with what differs and why.
 */
export const RECIPES = {
  /** Gatys, Ecker & Bethge 2016; where the paper is silent (iterations, stopping), the first author's program. */
  gatys2016: {
    network: 'vgg19',
    pooling: 'average',
    contentLayers: { relu4_2: 1 },
    ...gatysWeights(1e-3),
    tvWeight: 0,
    temporalWeight: 0,
    iterations: { first: 500, next: 500 },
    optimizer: 'lbfgs',
    tolerance: 0,
    init: 'noise',
    initNext: 'alone',
    coarsest: 0,
  },
  /**
   * Ruder, Dosovitskiy & Brox 2016, one pass, distance 1: their α = 1, β = 20, γ = 200 are Johnson's 5, 100 and 1000,
   * whose normalisation is ours. Total variation and iterations as in their program.
   */
  ruder2016: {
    ...RUDER,
    temporalWeight: 1000,
    iterations: { first: 2000, next: 1000 },
    tolerance: 1e-4,
    initNext: 'warped',
  },
  /** The same paper's section 4.4, as its authors' program for several passes has it. */
  'ruder2016-multipass': {
    ...RUDER,
    temporalWeight: 500,
    passes: 15,
    passIterations: 100,
    temporalAfter: 8,
    blendWeight: 1,
    blendWeightOther: 0,
    tolerance: 0,
  },
  /**
   * A picture that stays a photograph: Gatys' weights with α/β = 10⁻², ten times his content, from the frame itself at
   * its own size. Painted coarse to fine, or from noise, its details would have to be found again.
   */
  photoreal: {
    pooling: 'average',
    contentLayers: { relu4_2: 1 },
    ...gatysWeights(1e-2),
    tvWeight: 0,
    init: 'content',
    coarsest: 0,
  },
} as const satisfies Record<string, Partial<Settings>>;
