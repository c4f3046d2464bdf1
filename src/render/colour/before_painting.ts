import type { Picture } from '../../picture.js';
import { type ColourSettings, changesPaint } from './colour_settings.js';
import { grey, matchColours, matchLightness } from './match_colours.js';
import { samplePixels } from './pixel_sample.js';

/**
 * A painting as a film is painted like it: in the film's colours where `content-match` is done before the
 * optimisation; where `content-luma` is, grey, as light and as rich in contrast as the film, so that nothing but
 * lightness is optimised (Gatys et al. 2016, "Preserving color in neural artistic style transfer", sections 3 and 4).
 *
 * @param film Pixels that speak for the film's colours.
 */
export function recoloured(painting: Picture, film: Picture, settings: ColourSettings): Picture {
  if (!changesPaint(settings)) return painting;
  const match = settings.colour === 'content-luma' ? matchLightness : matchColours;
  return match(samplePixels(painting), film, settings)(painting);
}

/** A frame of the film as it is painted on: grey where lightness alone is optimised. */
export function asPaintedOn(content: Picture, settings: ColourSettings): Picture {
  if (!changesPaint(settings) || settings.colour !== 'content-luma') return content;
  const { alpha } = content;
  const without = grey(content, settings.colourSpace);
  return alpha ? { ...without, alpha } : without;
}
