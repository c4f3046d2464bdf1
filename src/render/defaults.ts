/** What every option is without being given: the types of the settings, the presets and the defaults. */

export type Preset = 'draft' | 'standard' | 'fine';
export type Pooling = 'max' | 'average';
export type OptimizerName = 'lbfgs' | 'adam';
export type FlowName = 'strong' | 'medium';
export type Deinterlace = 'auto' | 'off';
export type ToneMap = 'off' | 'hable' | 'mobius' | 'reinhard';
export type Init = 'matched' | 'content' | 'noise';

/** Iterations of a first frame (start of the film, of a range, of a shot) and of every following one. */
export interface Iterations {
  readonly first: number;
  readonly next: number;
}

export interface Settings {
  style: string[];
  output: string | undefined;
  fps: string | undefined;
  deinterlace: Deinterlace;
  tonemap: ToneMap;
  size: number;
  enlarge: boolean;
  preset: Preset;
  iterations: Iterations;
  contentWeight: number;
  styleWeight: number;
  temporalWeight: number;
  tvWeight: number;
  pooling: Pooling;
  optimizer: OptimizerName;
  init: Init;
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
/** `pull` is `networks pull`. */

/** What each preset sets; an option given by name wins over its preset. */
export const PRESETS: Readonly<Record<Preset, Pick<Settings, 'iterations' | 'flow'>>> = {
  draft: { iterations: { first: 40, next: 15 }, flow: 'medium' },
  standard: { iterations: { first: 120, next: 40 }, flow: 'strong' },
  fine: { iterations: { first: 400, next: 150 }, flow: 'strong' },
};

export const DEFAULTS: Readonly<Settings> = {
  style: [],
  output: undefined,
  fps: undefined,
  deinterlace: 'auto',
  tonemap: 'off',
  size: 640,
  enlarge: false,
  preset: 'standard',
  ...PRESETS.standard,
  contentWeight: 5,
  styleWeight: 100,
  temporalWeight: 1000,
  tvWeight: 1e-3,
  pooling: 'max',
  optimizer: 'lbfgs',
  init: 'matched',
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
  return String(value);
}
