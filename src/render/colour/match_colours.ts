import { type ColourSpace, fromSpace, neutralOf, toSpace } from '../../frames/colour_space.js';
import { colourMap, mapColours } from '../../nst/colour_match.js';
import type { Picture } from '../../picture.js';
import type { Settings } from '../options/setting_types.js';
import { matchHistograms } from './histogram_match.js';

export type Recolour = (picture: Picture) => Picture;

/** How colours are matched, and in which space. */
export type Matching = Pick<Settings, 'colourSpace' | 'colourMatch'>;

/**
 * The map of colours that gives `from` those of `to`: mean and covariance of the three axes of a space (Gatys et al.
 * 2016, "Preserving color in neural artistic style transfer", section 3; of the linear maps that do so, Pitié &
 * Kokaram's), or their whole distribution. Any picture may be mapped by it.
 */
export function matchColours(from: Picture, to: Picture, { colourSpace, colourMatch }: Matching): Recolour {
  const map = matchValues(toSpace(from, colourSpace), toSpace(to, colourSpace), colourMatch);
  return (picture) => fromSpace(map(toSpace(picture, colourSpace)), colourSpace);
}

/** The same for lightness alone; what is mapped loses its colours. */
export function matchLightness(from: Picture, to: Picture, { colourSpace, colourMatch }: Matching): Recolour {
  const lightness = (picture: Picture) => withoutColour(toSpace(picture, colourSpace), colourSpace);
  const map = matchValues(lightness(from), lightness(to), colourMatch);
  return (picture) => fromSpace(withoutColour(map(lightness(picture)), colourSpace), colourSpace);
}

/** A picture without its colours. */
export function grey(picture: Picture, space: ColourSpace): Picture {
  return fromSpace(withoutColour(toSpace(picture, space), space), space);
}

/** The lightness of one picture with the colours of another: `original_colors` of neural-style and artistic-videos. */
export function withColoursOf(painted: Picture, content: Picture, space: ColourSpace): Picture {
  const values = toSpace(content, space);
  const { width, height } = painted;
  values.data.set(toSpace(painted, space).data.subarray(0, width * height));
  return fromSpace(values, space);
}

function matchValues(from: Picture, to: Picture, how: Settings['colourMatch']): Recolour {
  if (how === 'mean-covariance') {
    const map = colourMap(from, to);
    return (values) => mapColours(values, map);
  }
  return matchHistograms(from, to);
}

function withoutColour(values: Picture, space: ColourSpace): Picture {
  values.data.fill(neutralOf(space), values.width * values.height);
  return values;
}
