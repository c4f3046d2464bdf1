/** What every option is without being given: the types of the settings, the presets and the defaults. */

import { RECIPES } from './recipes.js';

export type Effort = 'draft' | 'standard' | 'fine';
export type Preset = Effort | keyof typeof RECIPES;
export type Pooling = 'max' | 'average';
export type OptimizerName = 'lbfgs' | 'adam';
export type FlowName = 'strong' | 'medium';
export type Init = 'matched' | 'content' | 'noise';
export type InitNext = 'blended' | 'warped' | 'alone';
/** Layers of the network that enter a term, each with its factor. */
export type LayerWeights = Readonly<Record<string, number>>;

/** Iterations of a first frame (start of the film, of a range, of a shot) and of every following one. */
export interface Iterations {
  readonly first: number;
  readonly next: number;
}

export interface Settings {
  style: string[];
  output: string | undefined;
  size: number;
  enlarge: boolean;
  preset: Preset;
  iterations: Iterations;
  contentWeight: number;
  styleWeight: number;
  temporalWeight: number;
  tvWeight: number;
  contentLayers: LayerWeights;
  styleLayers: LayerWeights;
  pooling: Pooling;
  optimizer: OptimizerName;
  init: Init;
  initNext: InitNext;
  coarsest: number;
  tolerance: number;
  seed: number;
  network: string;
  offline: boolean;
  flow: FlowName;
  frames: string | undefined;
  work: string | undefined;
  overwrite: boolean;
  restart: boolean;
  fromFrame: number | undefined;
  threads: number | undefined;
  codec: string | undefined;
  crf: number | undefined;
  pixelFormat: string | undefined;
}

export type SettingName = keyof Settings;

/** How much work a frame gets. */
export const EFFORTS: Readonly<Record<Effort, Pick<Settings, 'iterations' | 'flow'>>> = {
  draft: { iterations: { first: 40, next: 15 }, flow: 'medium' },
  standard: { iterations: { first: 120, next: 40 }, flow: 'strong' },
  fine: { iterations: { first: 400, next: 150 }, flow: 'strong' },
};

/** What each preset sets; an option given by name wins over its preset. */
export const PRESETS: Readonly<Record<Preset, Partial<Settings>>> = { ...EFFORTS, ...RECIPES };

export const DEFAULTS: Readonly<Settings> = {
  style: [],
  output: undefined,
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
  pooling: 'max',
  optimizer: 'lbfgs',
  init: 'matched',
  initNext: 'blended',
  coarsest: 160,
  tolerance: 1e-4,
  seed: 1,
  network: 'lite',
  offline: false,
  frames: undefined,
  work: undefined,
  overwrite: false,
  restart: false,
  fromFrame: undefined,
  threads: undefined,
  codec: undefined,
  crf: undefined,
  pixelFormat: undefined,
};

/** A setting's value as text, as the command line would take it. */
export function showValue(value: unknown): string {
  if (value === undefined) return 'none';
  if (Array.isArray(value)) return value.join(' ');
  if (typeof value === 'object' && value !== null && 'first' in value) {
    const { first, next } = value as Iterations;
    return `${first},${next}`;
  }
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .map(([layer, weight]) => `${layer}:${weight}`)
      .join(',');
  return String(value);
}
