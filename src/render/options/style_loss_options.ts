/** The options of what frames and paintings are compared by. */

import { STYLE_LOSSES } from '../../nst/losses/style_losses.js';
import type { OptionSpec } from './option_spec.js';
import { both, choice } from './option_values.js';

export const STYLE_LOSS = [
  {
    name: 'styleLoss',
    flag: '--style-loss',
    placeholder: 'list',
    value: { kind: 'weights', names: Object.keys(STYLE_LOSSES) },
    task: 'Look',
    commands: [...both, 'score', 'texture'],
    picture: true,
    help: `what frame and painting are compared by at the style layers, one or several, each with a factor (1 if none is given): ${Object.keys(STYLE_LOSSES).join(', ')}`,
  },
  {
    name: 'normalise',
    flag: '--normalise',
    placeholder: 'what',
    value: choice('none', 'layers', 'gradients'),
    task: 'Look',
    commands: [...both, 'texture'],
    picture: true,
    help: "bring the style layers to one size: each layer's loss divided by its painting's own size, or each one's gradient by its sum of magnitudes at the film's own frame",
  },
] as const satisfies readonly OptionSpec[];
