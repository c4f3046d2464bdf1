import { colourMap, mapColours } from '../nst/colour_match.js';
import { DEFAULT_STOP, type StopRule } from '../nst/minimise.js';
import { noisePicture } from '../nst/noise.js';
import type { Picture } from '../picture.js';
import type { Settings } from './options.js';
import { palette, type WeightedStyle } from './style_pictures.js';

/** What a frame without a predecessor starts from, as `--init` says. */
export function freshStart(
  content: Picture,
  styles: readonly WeightedStyle[],
  { init, seed }: Settings,
): Picture {
  if (init === 'noise') return noisePicture(content.width, content.height, seed);
  return init === 'matched' ? mapColours(content, colourMap(content, palette(styles))) : content;
}

export function stopRule({ tolerance }: Settings): StopRule {
  return { every: DEFAULT_STOP.every, relativeChange: tolerance };
}
