/**
 * Every option of the program in one place: names, bounds and meaning, with the defaults of defaults.ts; a file for
 * each thing a person wants to do. The command line, its help, the tables of the README and the manifest of a work
 * folder all derive from this list.
 */

import { COLOUR } from './colour_options.js';
import { DEFAULTS, EFFORTS, IN_PASSES, showValue } from './defaults.js';
import { DREAM } from './dream_options.js';
import { ENCODING } from './encoding_options.js';
import { INPUT } from './input_options.js';
import { INSIDE } from './inside_options.js';
import type { LookKind } from './inside_settings.js';
import { INVERSION } from './inversion_options.js';
import { JOBS } from './jobs_options.js';
import { LOOK } from './look_options.js';
import { MASKS } from './mask_options.js';
import { MATCHING } from './matching_options.js';
import { OPTIMISER } from './optimiser_options.js';
import type { Command, OptionSpec } from './option_spec.js';
import { OUTPUT } from './output_options.js';
import { PASSES } from './passes_options.js';
import type { SettingName, Settings } from './setting_types.js';
import { STEADINESS } from './steadiness_options.js';
import { STYLE_LOSS } from './style_loss_options.js';
import { STYLES } from './style_options.js';
import { TEXTURE } from './texture_options.js';

export { type Command, type OptionSpec, type OptionValue, repeats, TASKS, type Task } from './option_spec.js';

const TABLE = [
  ...LOOK,
  ...STYLE_LOSS,
  ...MATCHING,
  ...MASKS,
  ...OPTIMISER,
  ...COLOUR,
  ...STYLES,
  ...DREAM,
  ...TEXTURE,
  ...INVERSION,
  ...STEADINESS,
  ...PASSES,
  ...INPUT,
  ...OUTPUT,
  ...JOBS,
  ...ENCODING,
  ...INSIDE,
] as const;

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
/** Options of `drawCurves`: those of `nst-video curves`. */
export type CurvesOptions = Omit<StillOptions, (typeof NOT_OF_CURVES)[number]>;
/** Options of `renderTexture`: those of `nst-video texture`. */
export type TextureOptions = Omit<OptionsOf<'texture'>, 'size'> & {
  /** Width and height in pixels, `1024x512`, or one number for both; by default 640. */
  readonly size?: number | string;
};
/** Options of `invertPicture`: those of `nst-video invert`. */
export type InvertOptions = OptionsOf<'invert'>;
/** Options of `saveLook`: those of a film that say what it looks like and what keeps it steady. */
export type LookOptions = Omit<FilmOptions, 'style'> & Partial<Pick<FilmOptions, 'style'>>;
/** Options of `encodeWorkFolder`: those of `nst-video encode`. */
export type EncodeOptions = OptionsOf<'encode'> & { readonly output: string };
/** Options of `examine`: those of `nst-video doctor`. */
export type DoctorOptions = OptionsOf<'doctor'>;
/** Options of `renderFlow`: those of `nst-video flow`. */
export type FlowOptions = OptionsOf<'flow'>;
/** Options of `scoreFilm`: those of `nst-video score`. */
export type ScoreOptions = OptionsOf<'score'>;
/** Options of `listShots`: those of `nst-video shots`. */
export type ShotsOptions = OptionsOf<'shots'>;
/** Options of `lookInside`, those of all kinds of look: which of them a kind takes is checked. */
export type InsideOptions = OptionsOf<LookKind>;
/** Options of `pullNetwork`: those of `nst-video networks pull`. */
export type NetworkOptions = OptionsOf<'pull'>;

/** What curves compare, and what would make an energy of another size of them, or an end too soon. */
const NOT_OF_CURVES = ['optimizer', 'learningRate', 'coarsest', 'tolerance'] as const;

/** Files made for a film, which do not fit another. */
const OF_ONE_FILM: ReadonlySet<SettingName> = new Set(['flowDir', 'mask', 'maskFeather', 'maskCarry']);

/** Whether an option belongs to a look: what it is of any film, not of one. */
const isOfLook = ({ name, task }: OptionSpec): boolean =>
  (task === 'Look' || task === 'Steadiness') && !OF_ONE_FILM.has(name);

/** Commands that take what another takes, but not all of it. */
const AS: Readonly<Partial<Record<Command, { as: Command; takes: (option: OptionSpec) => boolean }>>> = {
  plan: { as: 'film', takes: () => true },
  looks: { as: 'film', takes: isOfLook },
  curves: {
    as: 'image',
    takes: ({ name }) => !(NOT_OF_CURVES as readonly string[]).includes(name),
  },
};

/**
 * The options of one command, in schema order; a plan is made with those of the film it is about, curves with those of
 * a still, a look with those that say how a film is painted. Never throws.
 * @param command Its name.
 */
export function optionsOf(command: Command): OptionSpec[] {
  const { as, takes } = AS[command] ?? { as: command, takes: () => true };
  return OPTIONS.filter((option) => option.commands.includes(as) && takes(option));
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
  const shown = showValue(value).replaceAll(/(relu\d_\d):1(?=,|$)/g, '$1');
  return name in IN_PASSES
    ? `${shown}, in several passes ${IN_PASSES[name as keyof typeof IN_PASSES]}`
    : shown;
}
