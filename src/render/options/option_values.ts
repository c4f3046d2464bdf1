/** How the lists of options say what an option takes and who takes it. */

import type { OptionValue } from './option_spec.js';

export const number = (min: number, max = Number.MAX_VALUE): OptionValue => ({ kind: 'number', min, max });

export const integer = (min: number, max = Number.MAX_SAFE_INTEGER): OptionValue => ({
  kind: 'number',
  min,
  max,
  integer: true,
});

export const choice = (...choices: string[]): OptionValue => ({ kind: 'choice', choices });

/** Several whole numbers, `1,5,10`. */
export const integers = (min: number, max: number): OptionValue => ({ kind: 'integers', min, max });

export const both = ['film', 'image'] as const;
/** Whatever minimises an energy. */
export const minimising = [...both, 'texture', 'invert'] as const;
export const sized = ['film', 'image', 'flow'] as const;
/** What `nst-video look` shows. */
export const inside = ['filters', 'activations', 'saliency', 'guided', 'patches', 'ascend'] as const;
/** Those of them that evaluate the network. */
export const evaluating = ['activations', 'saliency', 'guided', 'patches', 'ascend'] as const;
/** Those that do with pictures of the user's. */
export const observing = ['activations', 'saliency', 'guided', 'patches'] as const;
export const all = ['film', 'image', 'encode', 'flow'] as const;
