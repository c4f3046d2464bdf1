/** The options of textures. */

import type { OptionSpec } from './option_spec.js';

export const TEXTURE = [
  {
    name: 'seamless',
    flag: '--seamless',
    value: { kind: 'switch' },
    task: 'Look',
    commands: ['texture'],
    help: 'a texture whose edges meet when it is laid side by side with itself; its sides must be whole multiples of 16',
    brief: 'edges meet when laid side by side',
  },
] as const satisfies readonly OptionSpec[];
