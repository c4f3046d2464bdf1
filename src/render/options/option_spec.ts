/** What there is to know of an option, whichever it is. */

import type { LookKind } from './inside_settings.js';
import type { SettingName } from './setting_types.js';

/** What takes options: `image` paints stills, `plan` tells about a film, `pull` is `networks pull`, and each kind of look a command of `look`. */
export type Command =
  | 'film'
  | 'image'
  | 'texture'
  | 'invert'
  | 'curves'
  | 'looks'
  | 'encode'
  | 'flow'
  | 'score'
  | 'shots'
  | 'plan'
  | 'doctor'
  | 'pull'
  | LookKind;

/** What a person wants to do with an option: the headings of help and README, in their order. */
export const TASKS = {
  Look: 'Choose the look',
  Steadiness: 'Keep it steady',
  Input: 'Say how the film is read',
  Output: 'Say what is written',
  Jobs: 'Do a part, stop, go on',
  Encoding: 'Encode',
  Inside: 'Look inside a network',
  Messages: 'Be told more, or less',
} as const;
/** What an option is for: a key of the headings that help and README list options under. */
export type Task = keyof typeof TASKS;

/** What an option takes: the `kind` of value, with its bounds or choices. */
export type OptionValue =
  | {
      readonly kind: 'number';
      /** Least value taken. */
      readonly min: number;
      /** Greatest value taken. */
      readonly max: number;
      /** True where only whole numbers are taken. */
      readonly integer?: boolean;
    }
  | {
      readonly kind: 'choice';
      /** The words taken. */
      readonly choices: readonly string[];
      /** Other words taken, each with the one it stands for. */
      readonly aliases?: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'text' }
  | { readonly kind: 'list' }
  | {
      /** `KEY=VALUE`, may repeat; a table in programs and settings files. */
      readonly kind: 'pairs';
    }
  | { readonly kind: 'switch' }
  | { readonly kind: 'iterations' }
  | {
      readonly kind: 'layers';
      /** Whether single feature maps are taken too: `relu4_1/12`. */
      readonly channels?: boolean;
    }
  | {
      /** Words, each with a factor: `gram:1,covariance:0.5`. */
      readonly kind: 'weights';
      /** The words taken. */
      readonly names: readonly string[];
    }
  | {
      /** Whole numbers, ascending, each once: `1,5,10`. */
      readonly kind: 'integers';
      /** Least number taken. */
      readonly min: number;
      /** Greatest number taken. */
      readonly max: number;
    }
  | { readonly kind: 'rate' }
  | {
      /** An amount of memory: `4GiB`. */
      readonly kind: 'bytes';
    }
  | {
      /** Numbers in the order given: `3,1`. */
      readonly kind: 'numbers';
      /** Least number taken. */
      readonly min: number;
      /** Greatest number taken. */
      readonly max: number;
    }
  | { readonly kind: 'rectangles' }
  | { readonly kind: 'keyframes' };

/**
 * Whether an option is given once for each of several values. Never throws.
 * @param value What it takes.
 */
export function repeats(value: OptionValue): boolean {
  const { kind } = value;
  return kind === 'list' || kind === 'pairs' || kind === 'rectangles' || kind === 'keyframes';
}

/** Whether a value of an option with a path is one of its words, as `noise` and `noise:7` are, and no path. */
export function isWord({ known }: Pick<OptionSpec<string>, 'known'>, value: string): boolean {
  return known?.includes(value.replace(/:\d+$/, '')) ?? false;
}

/** One option: how it is named, what it takes and what it is for. `Name` is what its settings call it. */
export interface OptionSpec<Name extends string = SettingName> {
  /** Its name in programs and configuration, `styleWeight`. */
  readonly name: Name;
  /** Its name on the command line, `--style-weight`. */
  readonly flag: string;
  /** One letter with a dash, `-s`. */
  readonly short?: string;
  /** How help names the value. */
  readonly placeholder?: string;
  /** Its name in a settings file, where the flag has another one that reads better on the command line. */
  readonly key?: string;
  /** What it takes. */
  readonly value: OptionValue;
  /** The heading help and README list it under: what the user wants to do. */
  readonly task: Task;
  /** The commands that take it. */
  readonly commands: readonly Command[];
  /** What it does, for people. */
  readonly help: string;
  /** A few words for the short help, which shows the most wanted options only: those that have them. */
  readonly brief?: string;
  /** The value names something in the file system: shells complete it, a settings file may say it relative to itself. */
  readonly path?: 'file' | 'folder';
  /** Well-known values of an option that takes others too: shells complete them, messages suggest them. */
  readonly known?: readonly string[];
  /**
   * Changes the painted pixels: recorded in the manifest and compared before frames are added to a work folder.
   * `where changed`: only a value other than the default is, so that work folders of versions that did not know the
   * option stay good.
   */
  readonly picture?: boolean | 'where changed';
}
