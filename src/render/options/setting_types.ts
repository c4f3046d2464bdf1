/** Every option of every command as a job uses them, and the types of their values. */

import type { ColourSpace } from '../../frames/colour_space.js';
import type { Normalisation } from '../../nst/energy_form.js';
import type { StyleLossName } from '../../nst/losses/style_losses.js';
import type { InsideSettings } from './inside_settings.js';
import type { RECIPES } from './recipes.js';

/** How much work a frame gets. */
export type Effort = 'draft' | 'standard' | 'fine';
/** An effort, or a published recipe. */
export type Preset = Effort | 'film' | keyof typeof RECIPES;
/** How the network's pooling layers take four values to one. */
export type Pooling = 'max' | 'average';
/** What minimises the energy: L-BFGS or Adam. */
export type OptimizerName = 'lbfgs' | 'adam';
/** How L-BFGS finds the length of a step. */
export type LineSearch = 'none' | 'backtracking' | 'strong-wolfe';
/** Optical flow estimators. */
export type FlowName = 'strong' | 'medium' | 'farneback';
/** What a learned flow estimator takes for black and white. */
export type FlowModelRange = '0..255' | '0..1' | '-1..1';
/** What evaluates the network: onnxruntime, oneDNN, TensorFlow.js, or what is fastest here. */
export type RuntimeSetting = 'auto' | 'onnx' | 'onednn' | 'tfjs';
/** What it multiplies in; with bfloat16, far from the goal only. */
export type PrecisionSetting = 'auto' | 'float32' | 'bfloat16';
/** Where onnxruntime computes: the processor, or a graphics card by way of WebGPU or CUDA. */
export type DeviceName = 'cpu' | 'webgpu' | 'cuda';
/** Whether a film that says it is interlaced is deinterlaced. */
export type Deinterlace = 'auto' | 'off';
/** The curve that brings a film of high dynamic range into ordinary range; `off` refuses such films. */
export type ToneMap = 'off' | 'hable' | 'mobius' | 'reinhard';
/** Whose colours frames are shown in: the painting's, the film's, or the painting's by a map to the film's. */
export type ColourMode = 'style' | 'content-luma' | 'content-match';
/** What of two distributions of colours is made the same. */
export type ColourMatch = 'mean-covariance' | 'histogram';
/** Whether colours are changed before the optimisation or after it. */
export type ColourWhen = 'before' | 'after';
/** What a first frame starts from: one of these words, `noise:SEED`, or the file of a picture. */
export type Init = 'matched' | 'content' | 'style' | 'noise' | (string & {});
/** What of several paintings enters an energy: the mean of their statistics, or each one's own loss. */
export type StyleBlend = 'grams' | 'losses';
/** A part of a picture, x, y, width and height as shares of it, 0..1. */
export type CropShares = readonly [number, number, number, number];
/**
 * What paintings count from a moment of a film on: a time or frame with shares in the order of the paintings,
 * `8s:0,1`, or by their names, `8s:scream=1`; or a table of the same.
 */
export type StyleKeyframe =
  | string
  | {
      /** `8s`, `00:00:08`, or the number of a frame. */
      readonly at: string | number;
      /** The share of a painting, by the name of its file without the ending; 0 for those not named. */
      readonly [painting: string]: string | number;
    };
/** What a following frame starts from. */
export type InitNext = 'blended' | 'warped' | 'previous' | 'alone';
/** Layers of the network that enter a term, each with its factor. */
export type LayerWeights = Readonly<Record<string, number>>;

/** What paintings are compared by, each with its factor within the style term. */
export type StyleLossWeights = Readonly<Partial<Record<StyleLossName, number>>>;

/** Iterations of a first frame (start of the film, of a range, of a shot) and of every following one. */
export interface Iterations {
  /** Of a frame that starts afresh. */
  readonly first: number;
  /** Of a frame that goes on from the one before. */
  readonly next: number;
}

/** Every option of every command, as a job uses them: checked, with presets and defaults filled in. */
export interface Settings extends InsideSettings {
  /** Files of the paintings. */
  style: readonly string[];
  /** What each of several paintings counts, relative to the others, in their order; by default all alike. */
  styleShares: readonly number[];
  /** What of several paintings is blended. */
  styleBlend: StyleBlend;
  /** What the paintings count over the time of a film, in place of `styleShares`. */
  styles: readonly StyleKeyframe[];
  /** How large the paintings are seen: one factor for all, or one for each. Their strokes are as much larger. */
  styleScale: readonly number[];
  /** The part that is used of every painting, or of each. */
  styleCrop: readonly CropShares[];
  /** Long side of the paintings, px, before `styleScale`; by default each has the area of the frame. */
  styleSize: number | undefined;
  /** File to write, or a folder for PNG pictures; by default beside the input, named after it and the paintings. */
  output: string | undefined;
  /** Frames a second of pictures, `25` or `24000/1001`; by default 25. A film has its own rate. */
  fps: string | undefined;
  /** Make whole frames of the fields of an interlaced film. */
  deinterlace: Deinterlace;
  /** Bring an HDR film into ordinary range by this curve. */
  tonemap: ToneMap;
  /** Long side of the result, px; a smaller source is left at its own size. */
  size: number;
  /** Let `size` enlarge a smaller source. */
  enlarge: boolean;
  /** How much work a frame gets (sets `iterations` and `flow`), or a published recipe (sets nearly all of the look). */
  preset: Preset;
  /** Most optimiser iterations of a frame; 0 leaves frames unpainted. */
  iterations: Iterations;
  /** Factor of the content term of the energy. */
  contentWeight: number;
  /** Factor of the style term. */
  styleWeight: number;
  /** Factor of the temporal term: how firmly a frame holds on to the previous one. */
  temporalWeight: number;
  /** Factor of total variation: smoothness. */
  tvWeight: number;
  /** Layers of the content term, `relu4_2`, each with its factor within the term. */
  contentLayers: LayerWeights;
  /** Layers of the style term, likewise. */
  styleLayers: LayerWeights;
  /** What the painting is to show more of: layers, `relu4_1`, and feature maps, `relu4_1/12`, each with its factor. */
  dream: LayerWeights;
  /** Factor of the dream term. */
  dreamWeight: number;
  /** A texture whose edges meet when it is laid side by side with itself. */
  seamless: boolean;
  /** The layer whose features a picture is found by. */
  layer: string;
  /** What total variation counts beside the relative distance of features. */
  tv: number;
  /** Exponent of that total variation, a multiple of 1/4. */
  beta: number;
  /** Find a picture by each layer, for a sheet of all. */
  all: boolean;
  /** What frames and paintings are compared by at the style layers. */
  styleLoss: StyleLossWeights;
  /** How the style layers are brought to one size. */
  normalise: Normalisation;
  /** Steps after which the paintings' nearest patches are looked for anew. */
  matchEvery: number;
  /** Angles, degrees, by which paintings are turned to look for patches too. */
  patchAngles: readonly number[];
  /** Sizes, per cent, at which patches are looked for in paintings too. */
  patchScales: readonly number[];
  /**
   * Where paintings count, `PAINTING=MASK`: a painting by number or file name; a picture, film or folder of frames, or
   * `luma`, `luma:LOW-HIGH` (0..1) or `alpha` of the source; `not:` before it turns it round. A painting without a mask
   * takes what the others' leave; where there is no painting the source stays.
   */
  mask: readonly string[];
  /** Deviation of the Gaussian that softens masks, px. */
  maskFeather: number;
  /** Pictures given as masks are of one frame, 0 or `FILE@FRAME`, and are carried along by the motion. */
  maskCarry: boolean;
  /** Which part of a painting counts, `PAINTING=FILE`. */
  styleMask: readonly string[];
  /** The network's pooling. */
  pooling: Pooling;
  /** What minimises the energy. */
  optimizer: OptimizerName;
  /** Steps that L-BFGS remembers. */
  lbfgsHistory: number;
  /** How L-BFGS finds the length of a step. */
  lineSearch: LineSearch;
  /** Size of a typical step of Adam, grey levels. */
  learningRate: number;
  /**
   * What a first frame starts from: the film's frame in the painting's colours (`matched`), as it is (`content`), the
   * painting (`style`), noise (`noise`, `noise:SEED`), or the file of a picture.
   */
  init: Init;
  /**
   * What a following frame starts from: the painted frame before it, carried along by the flow, `blended` with the
   * film's own where the flow is not certain, or `warped` alone, or the `previous` one as it stands; or every frame
   * `alone`, like a first one.
   */
  initNext: InitNext;
  /** How often each shot is painted, forward and back in turn; 1: once. */
  passes: number;
  /** In several passes, most iterations of a frame in each; `iterations` is not asked then. */
  passIterations: number;
  /** The pass from which on the temporal term counts, towards the neighbour painted just before. */
  temporalAfter: number;
  /** What the neighbour painted just before counts in a pass's start picture; the frame's own painting counts 1. */
  blendWeight: number;
  /** Likewise the neighbour on the other side, as the pass before painted it. */
  blendWeightOther: number;
  /** In several passes: the film is one shot whose first frame follows its last. */
  loop: boolean;
  /** Keep the frames of every pass. */
  keepPasses: boolean;
  /** Keep the passes up to this one and go on from it, with the settings given now. */
  continuePass: number | undefined;
  /** The pass whose frames are encoded; by default the last. */
  pass: number | undefined;
  /** Long side at which a first frame is begun, px, to be painted on at larger sizes up to its own; 0: at its own. */
  coarsest: number;
  /** A frame is finished early when 50 iterations lower its energy by less than this share; 0: never. */
  tolerance: number;
  /** Seed of the noise of `init: 'noise'` without one, 0..2³²−1. */
  seed: number;
  /**
   * The colours: the painting's; the film's, with the painting's lightness; or the painting's mapped so that they are
   * distributed as the film's, by one map for each shot.
   */
  colour: ColourMode;
  /** The space whose lightness `content-luma` takes, and in which colours are matched. */
  colourSpace: ColourSpace;
  /** How colours are matched. */
  colourMatch: ColourMatch;
  /** When colours are changed; by default `content-match` before the optimisation, `content-luma` after it. */
  colourWhen: ColourWhen | undefined;
  /** Whether fades to black and white are painted as any frames are, not laid over what is painted. */
  paintFades: boolean;
  /** Feature network: a name of `listNetworks` or a .safetensors file. */
  network: string;
  /** Never fetch a network. */
  offline: boolean;
  /**
   * The frames that a following frame holds on to, by how far back they are, ascending; a farther one counts where no
   * nearer one shows the place.
   */
  longTerm: readonly number[];
  /** Optical flow estimator. */
  flow: FlowName;
  /** Folder of flow made elsewhere, read instead of estimating; by default none. */
  flowDir: string | undefined;
  /** ONNX file of a learned flow estimator, used in place of `flow`; by default none. */
  flowModel: string | undefined;
  /** What that file takes for black and white. */
  flowModelRange: FlowModelRange;
  /** How many frames apart the pictures are that a score compares. */
  distances: readonly number[];
  /** Frames to render, counted from 0, ends included: `0-99,120-`; by default all. */
  frames: string | undefined;
  /** Of several pictures in one file, the stream to render, counted among all streams; by default the file's choice. */
  videoStream: number | undefined;
  /** Whether a film that is damaged or cut short is refused. */
  strict: boolean;
  /** The folder that keeps all the job makes; by default `<output>.nst`. */
  work: string | undefined;
  /** Replace an output that exists. */
  overwrite: boolean;
  /** Throw the work folder away and start anew. */
  restart: boolean;
  /** Keep the stored frames before this one and repaint from it on, with the settings given now. */
  fromFrame: number | undefined;
  /** File that says where shots begin; by default they are looked for. */
  shots: string | undefined;
  /** Shots painted at once, each with threads of its own. */
  parallel: number;
  /**
   * Processor threads, of each shot that is painted at once; by default all cores shared among them, or what a work
   * folder was begun with.
   */
  threads: number | undefined;
  /**
   * What a job may take of memory, `4GiB`: frames that do not fit are evaluated in windows, and L-BFGS remembers less.
   * By default most of what is free, or what a work folder was begun with.
   */
  memory: string | undefined;
  /**
   * What evaluates the network: onnxruntime, oneDNN or TensorFlow.js, where they are installed, or what a short trial
   * finds fastest.
   */
  runtime: RuntimeSetting;
  /** What features are kept and multiplied in far from the goal; by default what is fastest. */
  precision: PrecisionSetting;
  /** Where onnxruntime computes: the processor, or a graphics card by way of WebGPU or CUDA. */
  device: DeviceName;
  /** ffmpeg's name of the video encoder; by default libx264, for .webm libvpx-vp9. */
  codec: string | undefined;
  /** Constant rate factor of the encoder, 0..63, lower is better; by default 16. */
  crf: number | undefined;
  /** ffmpeg's name of the output pixel format; by default yuv420p, or what the encoder has nearest to it. */
  pixelFormat: string | undefined;
}

/** The names of all options. */
export type SettingName = keyof Settings;
