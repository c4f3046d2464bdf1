/** What every option is without being given: the presets and the defaults. */

import { INSIDE_DEFAULTS } from './inside_settings.js';
import { RECIPES } from './recipes.js';
import type { Effort, Iterations, Preset, Settings } from './setting_types.js';

/** What each effort sets. */
export const EFFORTS: Readonly<Record<Effort, Pick<Settings, 'iterations' | 'flow'>>> = {
  draft: { iterations: { first: 40, next: 15 }, flow: 'medium' },
  standard: { iterations: { first: 120, next: 40 }, flow: 'strong' },
  fine: { iterations: { first: 400, next: 150 }, flow: 'strong' },
};

/** For finished films: work between standard and fine, and paint that comes back after it was hidden for a while. */
const FILM = {
  iterations: { first: 200, next: 60 },
  flow: 'strong',
  longTerm: [1, 10, 20, 40],
} as const satisfies Partial<Settings>;

/** What each preset sets; an option given by name wins over its preset. */
export const PRESETS: Readonly<Record<Preset, Partial<Settings>>> = {
  ...EFFORTS,
  film: FILM,
  ...RECIPES,
};

export const DEFAULTS: Readonly<Settings> = {
  ...INSIDE_DEFAULTS,
  style: [],
  styleShares: [],
  styleBlend: 'grams',
  styles: [],
  styleScale: [1],
  styleCrop: [],
  styleSize: undefined,
  output: undefined,
  fps: undefined,
  deinterlace: 'auto',
  tonemap: 'off',
  size: 640,
  enlarge: false,
  preset: 'standard',
  ...EFFORTS.standard,
  contentWeight: 5,
  styleWeight: 100,
  temporalWeight: 1000,
  tvWeight: 1e-3,
  contentLayers: { relu4_2: 1 },
  styleLayers: { relu1_1: 1, relu2_1: 1, relu3_1: 1, relu4_1: 1, relu5_1: 1 },
  dream: {},
  dreamWeight: 1e6,
  seamless: false,
  layer: 'relu3_1',
  tv: 2,
  beta: 2,
  all: false,
  styleLoss: { gram: 1 },
  normalise: 'none',
  matchEvery: 10,
  patchAngles: [],
  patchScales: [],
  mask: [],
  maskFeather: 0,
  maskCarry: false,
  styleMask: [],
  pooling: 'max',
  optimizer: 'lbfgs',
  lbfgsHistory: 20,
  lineSearch: 'backtracking',
  learningRate: 10,
  init: 'matched',
  initNext: 'blended',
  passes: 1,
  passIterations: 100,
  temporalAfter: 8,
  blendWeight: 1,
  blendWeightOther: 0,
  loop: false,
  paintFades: false,
  keepPasses: false,
  continuePass: undefined,
  pass: undefined,
  longTerm: [1],
  coarsest: 160,
  tolerance: 5e-3,
  seed: 1,
  colour: 'style',
  colourSpace: 'yuv',
  colourMatch: 'mean-covariance',
  colourWhen: undefined,
  network: 'lite',
  strict: false,
  offline: false,
  flowDir: undefined,
  flowModel: undefined,
  flowModelRange: '0..255',
  distances: [1, 5, 10],
  frames: undefined,
  videoStream: undefined,
  work: undefined,
  overwrite: false,
  restart: false,
  fromFrame: undefined,
  shots: undefined,
  parallel: 1,
  threads: undefined,
  memory: undefined,
  runtime: 'auto',
  precision: 'auto',
  device: 'cpu',
  codec: undefined,
  crf: undefined,
  pixelFormat: undefined,
};

/**
 * Defaults that are others where a film is painted in several passes: blending holds neighbours together as well, and
 * half the weight is what the program of Ruder et al. 2016 gives the temporal term then.
 */
export const IN_PASSES = { temporalWeight: 500 } as const satisfies Partial<Settings>;

/** A setting's value as text, as the command line would take it. */
export function showValue(value: unknown): string {
  if (value === undefined) return 'none';
  if (Array.isArray(value)) return value.join(typeof value[0] === 'number' ? ',' : ' ');
  if (typeof value === 'object' && value !== null && 'first' in value) {
    const { first, next } = value as Iterations;
    return `${first},${next}`;
  }
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .map(([layer, weight]) => (weight === 1 ? layer : `${layer}:${weight}`))
      .join(',');
  return String(value);
}
