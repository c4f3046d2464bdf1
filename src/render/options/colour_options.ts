/** The options of colours that are not to be the painting's. */

import { COLOUR_SPACES } from '../../frames/colour_space.js';
import type { OptionSpec } from './option_spec.js';
import { both, choice } from './option_values.js';

const shown = [...both, 'encode'] as const;

export const COLOUR = [
  {
    name: 'colour',
    flag: '--colour',
    placeholder: 'whose',
    value: choice('style', 'content-luma', 'content-match'),
    task: 'Look',
    commands: shown,
    picture: true,
    help: "colours: the painting's; the film's, with the painting's lightness; or the painting's recoloured so that its distribution is the film's, by one map for each shot. Given to encode, it is done to the frames as they are stored",
  },
  {
    name: 'colourSpace',
    flag: '--colour-space',
    placeholder: 'name',
    value: choice(...COLOUR_SPACES),
    task: 'Look',
    commands: shown,
    picture: true,
    help: 'the space whose lightness --colour content-luma takes, and in whose axes colours are matched',
  },
  {
    name: 'colourMatch',
    flag: '--colour-match',
    placeholder: 'how',
    value: choice('mean-covariance', 'histogram'),
    task: 'Look',
    commands: shown,
    picture: true,
    help: 'what colours are matched by: their mean and covariance, or their whole distribution',
  },
  {
    name: 'colourWhen',
    flag: '--colour-when',
    placeholder: 'when',
    value: choice('before', 'after'),
    task: 'Look',
    commands: both,
    picture: true,
    help: 'change the painting before the optimisation, or the painted frames after it, when they are written: then --colour may be changed without painting again; default: content-match before, content-luma after',
  },
  {
    name: 'paintFades',
    flag: '--paint-fades',
    value: { kind: 'switch' },
    task: 'Look',
    commands: ['film', 'encode'],
    picture: true,
    help: 'show what is painted in fades to black or white as it is painted, in full light; otherwise they are laid over it as they are in the film',
  },
] as const satisfies readonly OptionSpec[];
