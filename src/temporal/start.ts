import type { Picture } from '../picture.js';
import type { WarpedPicture } from './warp.js';

/**
 * The picture a frame's optimisation starts from: the warped previous stylised frame where the warp
 * lands in the frame, the content frame where it does not.
 *
 * Differs from Ruder et al. 2016 (section 4.1): their program leaves pixels that come from outside the
 * frame at the padding colour, which survives as a grey band behind a panning camera.
 */
export function startPicture(warped: WarpedPicture, content: Picture): Picture {
  const { width, height, data } = warped.picture;
  const n = width * height;
  const start = data.slice();
  for (let p = 0; p < n; p++)
    if (warped.inside.data[p] === 0) for (let i = p; i < 3 * n; i += n) start[i] = content.data[i];
  return { width, height, data: start };
}
