/** The options of what keeps it steady. */

import type { OptionSpec } from './option_spec.js';
import { choice, number } from './option_values.js';

export const STEADINESS = [
  {
    name: 'temporalWeight',
    flag: '--temporal-weight',
    placeholder: 'w',
    value: number(0),
    task: 'Steadiness',
    commands: ['film'],
    picture: true,
    help: 'weight of the temporal term: how firmly a frame holds on to the previous one',
    brief: 'higher: firmer hold on the frame before',
  },
  {
    name: 'longTerm',
    flag: '--long-term',
    placeholder: 'distances',
    value: { kind: 'distances' },
    task: 'Steadiness',
    commands: ['film'],
    picture: true,
    help: 'the frames that a following frame holds on to, by how far back: 1,10,20,40 gives what was hidden for a while its old paint when it comes back',
    known: ['1,10,20,40'],
  },
  {
    name: 'flow',
    flag: '--flow',
    placeholder: 'name',
    value: choice('strong', 'medium', 'farneback'),
    task: 'Steadiness',
    commands: ['film', 'flow'],
    picture: true,
    help: "optical flow estimator; farneback is OpenCV's and needs npm install opencv-wasm",
  },
  {
    name: 'flowDir',
    flag: '--flow-dir',
    placeholder: 'folder',
    value: { kind: 'text' },
    task: 'Steadiness',
    commands: ['film'],
    picture: true,
    help: 'read the flow from .flo files in this folder instead, named as artistic-videos and "nst-video flow" name them',
    path: 'folder',
  },
  {
    name: 'initNext',
    flag: '--init-next',
    placeholder: 'start',
    value: choice('blended', 'warped', 'previous', 'alone'),
    task: 'Steadiness',
    commands: ['film'],
    picture: true,
    help: "what a following frame starts from: the painted frame before, carried along by the flow, and the film's own where the flow is not certain; the former everywhere; the frame before as it stands; or every frame alone, like a first one",
  },
] as const satisfies readonly OptionSpec[];
