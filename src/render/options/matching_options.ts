/** The options of how frames and paintings are matched, for the style loss that looks for patches. */

import type { OptionSpec } from './option_spec.js';
import { both, integer, integers } from './option_values.js';

export const MATCHING = [
  {
    name: 'matchEvery',
    flag: '--match-every',
    placeholder: 'n',
    value: integer(1, 1_000_000),
    task: 'Look',
    commands: [...both, 'texture'],
    picture: 'where changed',
    help: 'with --style-loss patches: steps after which the nearest patches are looked for anew',
  },
  {
    name: 'patchAngles',
    flag: '--patch-angles',
    placeholder: 'list',
    value: integers(-180, 180),
    task: 'Look',
    commands: [...both, 'score', 'texture'],
    picture: 'where changed',
    help: 'with --style-loss patches: look for patches in the painting turned by these angles too, degrees',
  },
  {
    name: 'patchScales',
    flag: '--patch-scales',
    placeholder: 'list',
    value: integers(25, 400),
    task: 'Look',
    commands: [...both, 'score', 'texture'],
    picture: 'where changed',
    help: 'likewise in the painting at these sizes, per cent; with angles, turned at each size',
  },
] as const satisfies readonly OptionSpec[];
