/** The options of how a film is read. */

import type { OptionSpec } from './option_spec.js';
import { choice, integer } from './option_values.js';

export const INPUT = [
  {
    name: 'fps',
    flag: '--fps',
    placeholder: 'rate',
    value: { kind: 'rate' },
    task: 'Input',
    commands: ['film', 'encode', 'score'],
    help: 'frames a second of pictures (25, 24000/1001); default: 25',
  },
  {
    name: 'deinterlace',
    flag: '--deinterlace',
    placeholder: 'when',
    value: choice('auto', 'off'),
    task: 'Input',
    commands: ['film', 'flow', 'score', 'shots'],
    picture: true,
    help: 'make whole frames of the fields of an interlaced film',
  },
  {
    name: 'tonemap',
    flag: '--tonemap',
    placeholder: 'curve',
    value: choice('off', 'hable', 'mobius', 'reinhard'),
    task: 'Input',
    commands: ['film', 'flow', 'score', 'shots'],
    picture: true,
    help: 'bring an HDR film (PQ, HLG) into ordinary range by this curve; off: refuse it',
  },
  {
    name: 'videoStream',
    flag: '--video-stream',
    placeholder: 'n',
    value: integer(0),
    task: 'Input',
    commands: ['film', 'flow', 'score', 'shots'],
    help: "of several pictures in one file, the one to render, by its number among all streams; default: the file's own choice, else the first",
  },
  {
    name: 'strict',
    flag: '--strict',
    value: { kind: 'switch' },
    task: 'Input',
    commands: ['film', 'flow', 'shots'],
    help: 'refuse a film that is damaged or cut short, instead of holding the frame before',
  },
] as const satisfies readonly OptionSpec[];
