/** The options of finding a picture by its features. */

import type { OptionSpec } from './option_spec.js';
import { number } from './option_values.js';

export const INVERSION = [
  {
    name: 'layer',
    flag: '--layer',
    placeholder: 'name',
    value: { kind: 'text' },
    task: 'Look',
    commands: ['invert'],
    help: 'the layer whose features the picture is found by',
  },
  {
    name: 'tv',
    flag: '--tv',
    placeholder: 'w',
    value: number(0),
    task: 'Look',
    commands: ['invert'],
    help: 'weight of total variation beside the relative distance of features: higher is smoother',
  },
  {
    name: 'beta',
    flag: '--beta',
    placeholder: 'x',
    value: number(1, 4),
    task: 'Look',
    commands: ['invert'],
    help: 'exponent of total variation, in quarters: 1 keeps edges sharp, higher spreads them',
  },
  {
    name: 'all',
    flag: '--all',
    value: { kind: 'switch' },
    task: 'Look',
    commands: ['invert'],
    help: 'a sheet of all layers instead of one',
  },
] as const satisfies readonly OptionSpec[];
