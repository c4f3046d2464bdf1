/** The options of encoding. */

import { KNOWN_ENCODERS, KNOWN_PIXEL_FORMATS } from '../../frames/encoder_names.js';
import type { OptionSpec } from './option_spec.js';
import { number } from './option_values.js';

export const ENCODING = [
  {
    name: 'codec',
    flag: '--codec',
    placeholder: 'name',
    value: { kind: 'text' },
    task: 'Encoding',
    commands: ['film', 'encode'],
    help: "ffmpeg's name of the video encoder; default: libx264 (libvpx-vp9 for .webm)",
    known: KNOWN_ENCODERS,
  },
  {
    name: 'crf',
    flag: '--crf',
    placeholder: 'n',
    value: number(0, 63),
    task: 'Encoding',
    commands: ['film', 'encode'],
    help: 'constant rate factor, lower is better; default: 16',
    brief: 'quality; lower is better, and larger',
  },
  {
    name: 'pixelFormat',
    flag: '--pixel-format',
    placeholder: 'name',
    value: { kind: 'text' },
    task: 'Encoding',
    commands: ['film', 'encode'],
    help: "ffmpeg's name of the output pixel format; default: yuv420p (yuv422p10le for ProRes, yuvj420p for mjpeg)",
    known: KNOWN_PIXEL_FORMATS,
  },
] as const satisfies readonly OptionSpec[];
