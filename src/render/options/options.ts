/**
 * Every option of the program in one place: names, bounds and meaning, with the defaults of defaults.ts. The
 * command line, its help, the tables of the README and the manifest of a work folder all derive from this list.
 */

import { KNOWN_ENCODERS, KNOWN_PIXEL_FORMATS } from '../../frames/encoder_names.js';
import { DEFAULTS, EFFORTS, PRESETS, type Settings, showValue } from './defaults.js';
import type { Command, OptionSpec, OptionValue } from './option_spec.js';

export { type Command, type OptionSpec, type OptionValue, TASKS, type Task } from './option_spec.js';

const number = (min: number, max = Number.MAX_VALUE): OptionValue => ({ kind: 'number', min, max });
const integer = (min: number, max = Number.MAX_SAFE_INTEGER): OptionValue => ({
  kind: 'number',
  min,
  max,
  integer: true,
});
const choice = (...choices: string[]): OptionValue => ({ kind: 'choice', choices });
const both = ['film', 'image'] as const;
const sized = ['film', 'image', 'flow'] as const;
const all = ['film', 'image', 'encode', 'flow'] as const;

const TABLE = [
  {
    name: 'style',
    flag: '--style',
    short: '-s',
    placeholder: 'picture',
    value: { kind: 'list' },
    task: 'Look',
    commands: both,
    picture: true,
    help: 'the painting; may repeat, several are blended in equal parts (mean of their Gram matrices)',
    brief: 'the painting; repeat it to blend several',
    path: 'file',
  },
  {
    name: 'output',
    flag: '--output',
    short: '-o',
    placeholder: 'path',
    value: { kind: 'text' },
    task: 'Output',
    commands: all,
    help: 'a video file, or a folder for PNG pictures (end it with /); default: <input>.<style>.<ext> beside the input (flow: a folder, <input>.flow)',
    brief: 'the file to write; of a film also a folder, out/',
    path: 'file',
  },
  {
    name: 'fps',
    flag: '--fps',
    placeholder: 'rate',
    value: { kind: 'rate' },
    task: 'Input',
    commands: ['film', 'encode'],
    help: 'frames a second of pictures (25, 24000/1001); default: 25',
  },
  {
    name: 'deinterlace',
    flag: '--deinterlace',
    placeholder: 'when',
    value: choice('auto', 'off'),
    task: 'Input',
    commands: ['film', 'flow'],
    picture: true,
    help: 'make whole frames of the fields of an interlaced film',
  },
  {
    name: 'tonemap',
    flag: '--tonemap',
    placeholder: 'curve',
    value: choice('off', 'hable', 'mobius', 'reinhard'),
    task: 'Input',
    commands: ['film', 'flow'],
    picture: true,
    help: 'bring an HDR film (PQ, HLG) into ordinary range by this curve; off: refuse it',
  },
  {
    name: 'size',
    flag: '--size',
    placeholder: 'px',
    value: integer(16, 16384),
    task: 'Output',
    commands: sized,
    picture: true,
    help: 'long side of the result; a smaller source is left at its own size',
    brief: 'long side of the result',
  },
  {
    name: 'enlarge',
    flag: '--enlarge',
    value: { kind: 'switch' },
    task: 'Output',
    commands: sized,
    picture: true,
    help: 'let --size enlarge a smaller source',
  },
  {
    name: 'preset',
    flag: '--preset',
    placeholder: 'name',
    value: choice(...Object.keys(PRESETS)),
    task: 'Look',
    commands: both,
    help: 'how much work a frame gets: sets --iterations and --flow; or a published recipe: sets what docs/recipes.md says',
    brief: 'work per frame, or a recipe',
  },
  {
    name: 'iterations',
    flag: '--iterations',
    placeholder: 'first,next',
    value: { kind: 'iterations' },
    task: 'Look',
    commands: both,
    picture: true,
    help: 'optimiser iterations of a first frame (half as many again at each size after --coarsest) and of each following one; 0 leaves frames unpainted',
  },
  {
    name: 'contentWeight',
    flag: '--content-weight',
    placeholder: 'w',
    value: number(0),
    task: 'Look',
    commands: both,
    picture: true,
    help: 'weight of the content term',
  },
  {
    name: 'styleWeight',
    flag: '--style-weight',
    placeholder: 'w',
    value: number(0),
    task: 'Look',
    commands: both,
    picture: true,
    help: 'weight of the style term',
    brief: 'higher: more of the painting',
  },
  {
    name: 'tvWeight',
    flag: '--tv-weight',
    placeholder: 'w',
    value: number(0),
    task: 'Look',
    commands: both,
    picture: true,
    help: 'weight of total variation (smoothness)',
  },
  {
    name: 'contentLayers',
    flag: '--content-layers',
    placeholder: 'list',
    value: { kind: 'layers' },
    task: 'Look',
    commands: both,
    picture: true,
    help: 'layers of the content term, each with a factor (1 if none is given)',
  },
  {
    name: 'styleLayers',
    flag: '--style-layers',
    placeholder: 'list',
    value: { kind: 'layers' },
    task: 'Look',
    commands: both,
    picture: true,
    help: 'layers of the style term, likewise',
  },
  {
    name: 'pooling',
    flag: '--pooling',
    placeholder: 'mode',
    value: choice('max', 'average'),
    task: 'Look',
    commands: both,
    picture: true,
    help: "the network's pooling",
  },
  {
    name: 'optimizer',
    flag: '--optimizer',
    placeholder: 'name',
    value: choice('lbfgs', 'adam'),
    task: 'Look',
    commands: both,
    picture: true,
    help: 'what minimises the energy',
  },
  {
    name: 'init',
    flag: '--init',
    placeholder: 'start',
    value: choice('matched', 'content', 'noise'),
    task: 'Look',
    commands: both,
    picture: true,
    help: "what a first frame starts from: the film's frame in the painting's colours, as it is, or noise",
  },
  {
    name: 'coarsest',
    flag: '--coarsest',
    placeholder: 'px',
    value: integer(0, 16384),
    task: 'Look',
    commands: both,
    picture: true,
    help: 'long side at which a first frame is begun, then painted on at about twice that and so on up to its own, which keeps the broad strokes of a draft; 0: at its own at once',
  },
  {
    name: 'tolerance',
    flag: '--tolerance',
    placeholder: 'x',
    value: number(0, 1),
    task: 'Look',
    commands: both,
    picture: true,
    help: 'a frame is finished early when 50 iterations lower its energy by less than this share; 0: never',
  },
  {
    name: 'seed',
    flag: '--seed',
    placeholder: 'n',
    value: integer(0, 0xffffffff),
    task: 'Look',
    commands: both,
    picture: true,
    help: 'seed of the noise of --init noise',
  },
  {
    name: 'network',
    flag: '--network',
    placeholder: 'name',
    value: { kind: 'text' },
    task: 'Look',
    commands: [...both, 'doctor'],
    picture: true,
    help: 'feature network: "lite" (ships with the program), "vgg19" (fetched when first used) or a .safetensors file',
    brief: 'lite, or vgg19: truer, but slower',
    path: 'file',
    known: ['lite', 'vgg19'],
  },
  {
    name: 'offline',
    flag: '--offline',
    value: { kind: 'switch' },
    task: 'Jobs',
    commands: ['film', 'image', 'pull'],
    help: 'never fetch a network',
  },
  {
    name: 'temporalWeight',
    flag: '--temporal-weight',
    placeholder: 'w',
    value: number(0),
    task: 'Steadiness',
    commands: ['film'],
    picture: true,
    help: 'weight of the temporal term: how firmly a frame holds on to the previous one',
    brief: 'higher: firmer hold on the frame before',
  },
  {
    name: 'flow',
    flag: '--flow',
    placeholder: 'name',
    value: choice('strong', 'medium', 'farneback'),
    task: 'Steadiness',
    commands: ['film', 'flow'],
    picture: true,
    help: "optical flow estimator; farneback is OpenCV's and needs npm install opencv-wasm",
  },
  {
    name: 'flowDir',
    flag: '--flow-dir',
    placeholder: 'folder',
    value: { kind: 'text' },
    task: 'Steadiness',
    commands: ['film'],
    picture: true,
    help: 'read the flow from .flo files in this folder instead, named as artistic-videos and "nst-video flow" name them',
    path: 'folder',
  },
  {
    name: 'initNext',
    flag: '--init-next',
    placeholder: 'start',
    value: choice('blended', 'warped', 'alone'),
    task: 'Steadiness',
    commands: ['film'],
    picture: true,
    help: "what a following frame starts from: the painted frame before, carried along by the flow, and the film's own where the flow is not certain; the former everywhere; or every frame alone, like a first one",
  },
  {
    name: 'frames',
    flag: '--frames',
    placeholder: 'ranges',
    value: { kind: 'text' },
    task: 'Jobs',
    commands: ['film', 'flow'],
    help: 'frames to render, counted from 0, ends included: 0-99,120-',
    brief: 'only these, such as 0-99,120-',
  },
  {
    name: 'videoStream',
    flag: '--video-stream',
    placeholder: 'n',
    value: integer(0),
    task: 'Input',
    commands: ['film', 'flow'],
    help: "of several pictures in one file, the one to render, by its number among all streams; default: the file's own choice, else the first",
  },
  {
    name: 'fromFrame',
    flag: '--from-frame',
    placeholder: 'k',
    value: integer(0),
    task: 'Jobs',
    commands: ['film'],
    help: 'keep the stored frames before k and repaint from k, with the settings given now',
    brief: 'paint frame k and all after it again',
  },
  {
    name: 'restart',
    flag: '--restart',
    value: { kind: 'switch' },
    task: 'Jobs',
    commands: ['film'],
    help: 'throw the work folder away and start anew',
  },
  {
    name: 'work',
    flag: '--work',
    placeholder: 'folder',
    value: { kind: 'text' },
    task: 'Jobs',
    commands: ['film'],
    help: 'work folder; default: <output>.nst',
    path: 'folder',
  },
  {
    name: 'threads',
    flag: '--threads',
    placeholder: 'n',
    value: integer(1, 1024),
    task: 'Jobs',
    commands: [...sized, 'doctor'],
    help: 'processor threads; default: all cores, or what a work folder was begun with',
  },
  {
    name: 'runtime',
    flag: '--runtime',
    placeholder: 'name',
    value: choice('onnx', 'tfjs'),
    task: 'Jobs',
    commands: [...both, 'doctor'],
    help: 'what evaluates the network: onnxruntime, or TensorFlow.js where that is installed',
  },
  {
    name: 'overwrite',
    flag: '--overwrite',
    short: '-y',
    value: { kind: 'switch' },
    task: 'Output',
    commands: all,
    help: 'replace an output that exists',
    brief: 'replace an output that exists',
  },
  {
    name: 'codec',
    flag: '--codec',
    placeholder: 'name',
    value: { kind: 'text' },
    task: 'Encoding',
    commands: ['film', 'encode'],
    help: "ffmpeg's name of the video encoder; default: libx264 (libvpx-vp9 for .webm)",
    known: KNOWN_ENCODERS,
  },
  {
    name: 'crf',
    flag: '--crf',
    placeholder: 'n',
    value: number(0, 63),
    task: 'Encoding',
    commands: ['film', 'encode'],
    help: 'constant rate factor, lower is better; default: 16',
    brief: 'quality; lower is better, and larger',
  },
  {
    name: 'pixelFormat',
    flag: '--pixel-format',
    placeholder: 'name',
    value: { kind: 'text' },
    task: 'Encoding',
    commands: ['film', 'encode'],
    help: "ffmpeg's name of the output pixel format; default: yuv420p (yuv422p10le for ProRes, yuvj420p for mjpeg)",
    known: KNOWN_PIXEL_FORMATS,
  },
] as const satisfies readonly OptionSpec[];

/** Every option of the program, in the order in which help lists those of one task. */
export const OPTIONS: readonly OptionSpec[] = TABLE;

type Row = (typeof TABLE)[number];
type NameOf<C extends Command, R extends Row = Row> = R extends Row
  ? C extends R['commands'][number]
    ? R['name']
    : never
  : never;

/** The options of a command as a program gives them: each may be left out for its default. */
type OptionsOf<C extends Command> = Partial<Readonly<Pick<Settings, NameOf<C>>>>;

/** Options of `renderFilm`: those of `nst-video FILM`. */
export type FilmOptions = OptionsOf<'film'> & Readonly<Pick<Settings, 'style'>>;
/** Options of `renderStill`: those of `nst-video image`. */
export type StillOptions = OptionsOf<'image'> & Readonly<Pick<Settings, 'style'>>;
/** Options of `encodeWorkFolder`: those of `nst-video encode`. */
export type EncodeOptions = OptionsOf<'encode'> & { readonly output: string };
/** Options of `examine`: those of `nst-video doctor`. */
export type DoctorOptions = OptionsOf<'doctor'>;
/** Options of `renderFlow`: those of `nst-video flow`. */
export type FlowOptions = OptionsOf<'flow'>;
/** Options of `pullNetwork`: those of `nst-video networks pull`. */
export type NetworkOptions = OptionsOf<'pull'>;

/**
 * The options of one command, in schema order; a plan is made with those of the film it is about. Never throws.
 * @param command Its name.
 */
export function optionsOf(command: Command): OptionSpec[] {
  const as = command === 'plan' ? 'film' : command;
  return OPTIONS.filter(({ commands }) => commands.includes(as));
}

/**
 * What help and README print as an option's default; empty where there is nothing to say. Never throws.
 * @param spec The option.
 */
export function showDefault({ name }: OptionSpec<string>): string {
  const byPreset = Object.entries(EFFORTS).filter(([, set]) => name in set);
  if (byPreset.length > 0)
    return byPreset
      .map(([preset, set]) => `${preset} ${showValue(set[name as keyof typeof set])}`)
      .join(', ');
  const value = (DEFAULTS as Readonly<Record<string, unknown>>)[name];
  if (value === undefined || value === false || (Array.isArray(value) && value.length === 0)) return '';
  // Layers have a factor of 1 unless they are given one.
  return showValue(value).replaceAll(/(relu\d_\d):1(?=,|$)/g, '$1');
}
