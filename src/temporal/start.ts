import type { Picture } from '../picture.js';
import { extendTone } from './tone.js';
import type { WarpedPicture } from './warp.js';

/**
 * The picture a frame's optimisation starts from: the warped previous stylised frame where the warp lands
 * in the frame; where it does not, the content frame in the tone that the painting has beside it.
 *
 * Differs from Ruder et al. 2016 (section 4.1): their program leaves pixels that come from outside the
 * frame at the padding colour, which survives as a grey band behind a panning camera. The bare content
 * frame would survive too, as a band in the film's own colours: following frames take few iterations, and
 * the temporal term then holds them to what those left behind.
 */
export function startPicture(warped: WarpedPicture, content: Picture): Picture {
  const { width, height, data } = warped.picture;
  const n = width * height;
  const start = data.slice();
  const inside = warped.inside.data;
  if (inside.every((v) => v === 1)) return { width, height, data: start };
  const tone = extendTone(warped, content);
  for (let p = 0; p < n; p++)
    if (inside[p] === 0) for (let i = p; i < 3 * n; i += n) start[i] = content.data[i] + tone.data[i];
  return { width, height, data: start };
}
