/** The options of what a painting is to show more of. */

import type { OptionSpec } from './option_spec.js';
import { both, number } from './option_values.js';

export const DREAM = [
  {
    name: 'dream',
    flag: '--dream',
    placeholder: 'list',
    value: { kind: 'layers', channels: true },
    task: 'Look',
    commands: both,
    picture: 'where changed',
    help: 'layers that the painting is to show more of, as DeepDream does, or single feature maps of them, each with a factor: relu4_1 or relu4_1/12:5',
  },
  {
    name: 'dreamWeight',
    flag: '--dream-weight',
    placeholder: 'w',
    value: number(0),
    task: 'Look',
    commands: both,
    picture: 'where changed',
    help: 'weight of the --dream term',
  },
] as const satisfies readonly OptionSpec[];
