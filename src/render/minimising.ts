import { colourMap, mapColours } from '../nst/colour_match.js';
import type { EnergyForm, EnergyWeights } from '../nst/energy.js';
import { DEFAULT_STOP, type StopRule } from '../nst/minimise.js';
import { noisePicture } from '../nst/noise.js';
import type { Picture } from '../picture.js';
import type { Settings } from './defaults.js';
import { palette, type WeightedStyle } from './style_pictures.js';

/** The form of the energy that the settings ask for. */
export function energyForm({ pooling, contentLayers, styleLayers }: Settings): EnergyForm {
  return { pooling, contentLayers: Object.keys(contentLayers), styleLayers: Object.keys(styleLayers) };
}

/** The factors of all terms; a still or first frame has no temporal term, whatever its weight. */
export function energyWeights(settings: Settings): EnergyWeights {
  const of = (family: string, layers: Settings['styleLayers']) =>
    Object.entries(layers).map(([layer, weight]) => [`${family}.${layer}`, weight]);
  return {
    content: settings.contentWeight,
    style: settings.styleWeight,
    temporal: settings.temporalWeight,
    tv: settings.tvWeight,
    layers: Object.fromEntries([
      ...of('content', settings.contentLayers),
      ...of('style', settings.styleLayers),
    ]),
  };
}

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
