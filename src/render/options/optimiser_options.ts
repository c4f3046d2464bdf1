/** The options of what minimises the energy. */

import type { OptionSpec } from './option_spec.js';
import { choice, integer, minimising, number } from './option_values.js';

export const OPTIMISER = [
  {
    name: 'optimizer',
    flag: '--optimizer',
    placeholder: 'name',
    value: choice('lbfgs', 'adam'),
    task: 'Look',
    commands: minimising,
    picture: true,
    help: 'what minimises the energy',
  },
  {
    name: 'lbfgsHistory',
    flag: '--lbfgs-history',
    placeholder: 'n',
    value: integer(1, 1000),
    task: 'Look',
    commands: minimising,
    picture: 'where changed',
    help: 'steps that L-BFGS remembers; each takes the memory of two pictures',
  },
  {
    name: 'lineSearch',
    flag: '--line-search',
    placeholder: 'name',
    value: choice('none', 'backtracking', 'strong-wolfe'),
    task: 'Look',
    commands: minimising,
    picture: 'where changed',
    help: "how L-BFGS finds the length of a step: takes every one, as the field's programs do; takes back those that do not lower the energy; or brackets a length that meets the strong Wolfe conditions",
  },
  {
    name: 'learningRate',
    flag: '--learning-rate',
    placeholder: 'x',
    value: number(1e-6, 255),
    task: 'Look',
    commands: minimising,
    picture: 'where changed',
    help: 'size of a typical step of Adam, grey levels of 0..255',
  },
] as const satisfies readonly OptionSpec[];
