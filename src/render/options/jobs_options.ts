/** The options of doing a part, stopping, going on. */

import type { OptionSpec } from './option_spec.js';
import { both, choice, integer, sized } from './option_values.js';

export const JOBS = [
  {
    name: 'offline',
    flag: '--offline',
    value: { kind: 'switch' },
    task: 'Jobs',
    commands: ['film', 'image', 'score', 'pull'],
    help: 'never fetch a network',
  },
  {
    name: 'frames',
    flag: '--frames',
    placeholder: 'ranges',
    value: { kind: 'text' },
    task: 'Jobs',
    commands: ['film', 'flow', 'score'],
    help: 'frames to render, counted from 0, ends included: 0-99,120-',
    brief: 'only these, such as 0-99,120-',
  },
  {
    name: 'fromFrame',
    flag: '--from-frame',
    placeholder: 'k',
    value: integer(0),
    task: 'Jobs',
    commands: ['film'],
    help: 'keep the stored frames before k and repaint from k, with the settings given now',
    brief: 'paint frame k and all after it again',
  },
  {
    name: 'restart',
    flag: '--restart',
    value: { kind: 'switch' },
    task: 'Jobs',
    commands: ['film'],
    help: 'throw the work folder away and start anew',
  },
  {
    name: 'work',
    flag: '--work',
    placeholder: 'folder',
    value: { kind: 'text' },
    task: 'Jobs',
    commands: ['film'],
    help: 'work folder; default: <output>.nst',
    path: 'folder',
  },
  {
    name: 'threads',
    flag: '--threads',
    placeholder: 'n',
    value: integer(1, 1024),
    task: 'Jobs',
    commands: [...sized, 'score', 'doctor'],
    help: 'processor threads; default: all cores, or what a work folder was begun with',
  },
  {
    name: 'runtime',
    flag: '--runtime',
    placeholder: 'name',
    value: choice('onnx', 'tfjs'),
    task: 'Jobs',
    commands: [...both, 'score', 'doctor'],
    help: 'what evaluates the network: onnxruntime, or TensorFlow.js where that is installed',
  },
] as const satisfies readonly OptionSpec[];
