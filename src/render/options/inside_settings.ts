/** The settings of `nst-video look`, which shows what a network's neurons answer to. */

/** What `nst-video look` shows of a network, each with a line about it. */
export const LOOK_KINDS = {
  filters: 'the filters of the first layer',
  activations: 'where in a picture channels answer, and how strongly',
  saliency: 'which pixels neurons answer to: the derivative by the picture',
  guided: 'what in a picture raises neurons: guided backpropagation',
  patches: 'the patches of a film, a folder of pictures or a picture that raise channels most',
  ascend: 'pictures that raise a neuron or a channel, made by gradient ascent',
} as const;
/** What `nst-video look` shows: a key of `LOOK_KINDS`. */
export type LookKind = keyof typeof LOOK_KINDS;

/** Those of the settings that only looking inside a network has. */
export interface InsideSettings {
  /** What is looked at: channels `relu4_1/12`, counted from 0, or whole layers `relu4_1`. */
  neuron: readonly string[];
  /** The neuron of a channel that sees this pixel of the picture, `x,y`; by default as each kind of look says. */
  at: string | undefined;
  /** Most channels shown of a layer that is given whole. */
  count: number;
  /** Width of a picture on the sheet, px; by default as each kind of look says. */
  cell: number | undefined;
  /** Patches shown of each channel. */
  best: number;
  /** Looks at every so many-th frame; by default two a second of a film, every picture of a folder. */
  every: number | undefined;
  /** Steps of a gradient ascent. */
  steps: number;
  /** Length of one: root mean square of what a sample changes by, grey levels. */
  step: number;
  /** L2 decay of an ascent: share of its way to the mean colour that every pixel goes at each step. */
  decay: number;
  /** Blur of an ascent: standard deviation, px. */
  blur: number;
  /** Steps from one blur to the next. */
  blurEvery: number;
  /** Percent of an ascent's pixels, those nearest to the mean colour, that become it at each step. */
  clip: number;
  /** Most pixels that the picture of an ascent is moved by, each way, before each step. */
  jitter: number;
}

export const INSIDE_DEFAULTS: Readonly<InsideSettings> = {
  neuron: [],
  at: undefined,
  count: 12,
  cell: undefined,
  best: 9,
  every: undefined,
  steps: 100,
  step: 8,
  decay: 0.05,
  blur: 0.6,
  blurEvery: 4,
  clip: 0,
  jitter: 8,
};
