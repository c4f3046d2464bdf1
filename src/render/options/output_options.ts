/** The options of what is written. */

import type { OptionSpec } from './option_spec.js';
import { all, inside, integer, observing, sized } from './option_values.js';

export const OUTPUT = [
  {
    name: 'output',
    flag: '--output',
    short: '-o',
    placeholder: 'path',
    value: { kind: 'text' },
    task: 'Output',
    commands: [...all, 'score', 'shots', ...inside, 'texture', 'invert'],
    help: 'a video file, or a folder for PNG pictures (end it with /); default: <input>.<style>.<ext> beside the input (flow: a folder, <input>.flow; score: a folder for the report, by default none; shots: a .png for the contact sheet, by default none; look: a picture, <input>.<kind>.png; curves: a folder, <photo>.curves; texture: <painting>.texture.png; invert: <photo>.<layer>.png)',
    brief: 'the file to write; of a film also a folder, out/',
    path: 'file',
  },
  {
    name: 'size',
    flag: '--size',
    placeholder: 'px',
    value: integer(16, 16384),
    task: 'Output',
    commands: [...sized, ...observing, 'texture', 'invert'],
    picture: true,
    help: 'long side of the result; a smaller source is left at its own size; of a texture width and height, 1024x512, or one number for a square',
    brief: 'long side of the result',
  },
  {
    name: 'enlarge',
    flag: '--enlarge',
    value: { kind: 'switch' },
    task: 'Output',
    commands: sized,
    picture: true,
    help: 'let --size enlarge a smaller source',
  },
  {
    name: 'overwrite',
    flag: '--overwrite',
    short: '-y',
    value: { kind: 'switch' },
    task: 'Output',
    commands: [...all, 'score', 'shots', ...inside, 'texture', 'invert'],
    help: 'replace an output that exists',
    brief: 'replace an output that exists',
  },
] as const satisfies readonly OptionSpec[];
