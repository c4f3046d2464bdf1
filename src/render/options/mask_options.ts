/** The options of which parts of a frame are painted, and like what. */

import type { OptionSpec } from './option_spec.js';
import { both, number } from './option_values.js';

export const MASKS = [
  {
    name: 'mask',
    flag: '--mask',
    placeholder: 'style=mask',
    value: { kind: 'pairs' },
    task: 'Look',
    commands: both,
    picture: 'where changed',
    help: "where a painting counts: its number or file name, then a picture, film or folder of frames (white: there), or luma, luma:LOW-HIGH, alpha of the source itself; not:… turns it round; may repeat. A painting without one takes what the others' leave; where there is none the source stays",
  },
  {
    name: 'maskFeather',
    flag: '--mask-feather',
    placeholder: 'px',
    value: number(0, 1000),
    task: 'Look',
    commands: both,
    picture: 'where changed',
    help: 'soft edges for masks: the deviation of a Gaussian',
  },
  {
    name: 'maskCarry',
    flag: '--mask-carry',
    value: { kind: 'switch' },
    task: 'Look',
    commands: ['film'],
    picture: 'where changed',
    help: 'a picture given to --mask is of one frame, the first or FILE@FRAME, and is carried along by the motion through its shot; may be given of several frames',
  },
  {
    name: 'styleMask',
    flag: '--style-mask',
    placeholder: 'style=file',
    value: { kind: 'pairs' },
    task: 'Look',
    commands: both,
    picture: 'where changed',
    help: 'which part of a painting counts, white in a picture of its shape; may repeat',
  },
] as const satisfies readonly OptionSpec[];
