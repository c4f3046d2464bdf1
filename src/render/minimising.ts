import { DEFAULT_STOP, type StopRule } from '../nst/minimise.js';
import { noisePicture } from '../nst/noise.js';
import type { Picture } from '../picture.js';
import type { Settings } from './options.js';

/** What a frame without a predecessor starts from, as `--init` says. */
export function freshStart(content: Picture, { init, seed }: Settings): Picture {
  return init === 'noise' ? noisePicture(content.width, content.height, seed) : content;
}

export function stopRule({ tolerance }: Settings): StopRule {
  return { every: DEFAULT_STOP.every, relativeChange: tolerance };
}
