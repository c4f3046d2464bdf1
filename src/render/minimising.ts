import { colourMap, mapColours } from '../nst/colour_match.js';
import { DEFAULT_STOP, type StopRule } from '../nst/minimise.js';
import { noisePicture } from '../nst/noise.js';
import type { Picture } from '../picture.js';
import type { Settings } from './defaults.js';
import { palette, type WeightedStyle } from './style_pictures.js';

/** The source frame as paint is laid over it: in the painting's colours, unless `--init` says otherwise. */
export function ground(content: Picture, styles: readonly WeightedStyle[], { init }: Settings): Picture {
  return init === 'matched' ? mapColours(content, colourMap(content, palette(styles))) : content;
}

/** What a frame without a predecessor starts from, as `--init` says. */
export function freshStart(content: Picture, styles: readonly WeightedStyle[], settings: Settings): Picture {
  if (settings.init === 'noise') return noisePicture(content.width, content.height, settings.seed);
  return ground(content, styles, settings);
}

export function stopRule({ tolerance }: Settings): StopRule {
  return { every: DEFAULT_STOP.every, relativeChange: tolerance };
}
