/** Options of the command line itself: where options come from, and what is said while a job runs. */

import { LOOK_KINDS, type LookKind } from '../render/options/inside_settings.js';
import { type Command, OPTIONS, type OptionSpec, optionsOf } from '../render/options/options.js';

export interface FaceSettings {
  readonly config?: string;
  readonly look?: string;
  readonly set?: readonly string[];
  readonly sweep?: readonly string[];
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly log?: string;
}

const kinds = Object.keys(LOOK_KINDS) as LookKind[];
const jobs: readonly Command[] = [
  'film',
  'image',
  'texture',
  'invert',
  'curves',
  'encode',
  'flow',
  'score',
  'pull',
  ...kinds,
];
const painters = ['film', 'image', 'texture', 'curves', 'plan'] as const;
const reports = ['shots', 'plan', 'doctor'] as const;

export const FACE_OPTIONS: readonly OptionSpec<keyof FaceSettings>[] = [
  {
    name: 'config',
    flag: '--config',
    placeholder: 'file',
    value: { kind: 'text' },
    task: 'Look',
    commands: [...jobs, ...reports, 'looks'],
    help: 'take options from a TOML file: style-weight = 50; options given here win (--no-x takes a switch back)',
    brief: 'take options from a file, look.toml',
    path: 'file',
  },
  {
    name: 'look',
    flag: '--look',
    placeholder: 'name',
    value: { kind: 'text' },
    task: 'Look',
    commands: [...painters, 'looks'],
    help: 'take the options of a look kept by "nst-video looks save", or of a file look.toml; --config and options given here win',
    path: 'file',
  },
  {
    name: 'set',
    flag: '--set',
    placeholder: 'key=value',
    value: { kind: 'list' },
    task: 'Look',
    commands: [...painters, 'looks'],
    help: 'set any option by its name: style-weight=50, or one factor of several: style-layers.relu4_1=3; may repeat; wins over --config and --look',
  },
  {
    name: 'sweep',
    flag: '--sweep',
    placeholder: 'key=values',
    value: { kind: 'list' },
    task: 'Look',
    commands: ['film', 'image'],
    help: 'paint once with each value, style-weight=10,100,1000, and set all on one sheet with labels; may repeat for every combination; -o is then a folder, <input>.sweep',
  },
  {
    name: 'quiet',
    flag: '--quiet',
    short: '-q',
    value: { kind: 'switch' },
    task: 'Messages',
    commands: jobs,
    help: 'print errors only',
    brief: 'print errors only',
  },
  {
    name: 'verbose',
    flag: '--verbose',
    short: '-v',
    value: { kind: 'switch' },
    task: 'Messages',
    commands: jobs,
    help: 'print plain lines: the energies of each iteration, timings, the commands that are run',
  },
  {
    name: 'log',
    flag: '--log',
    placeholder: 'file',
    value: { kind: 'text' },
    task: 'Messages',
    commands: jobs,
    help: 'append what --verbose prints to a file, with times, whatever the terminal shows',
    path: 'file',
  },
  {
    name: 'json',
    flag: '--json',
    value: { kind: 'switch' },
    task: 'Messages',
    commands: [...jobs, ...reports],
    help: 'print events for programs, one JSON object a line, on standard output (docs/events.md); shots, plan and doctor: their report',
  },
];

/** Every option of the program, in the order of README. */
export const ALL_OPTIONS: readonly OptionSpec<string>[] = [...OPTIONS, ...FACE_OPTIONS];

/** The options one command has, those of its job first. */
export function commandOptions(command: Command): OptionSpec<string>[] {
  return [...optionsOf(command), ...FACE_OPTIONS.filter((o) => o.commands.includes(command))];
}
