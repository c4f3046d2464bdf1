import type { Picture, Plane } from '../picture.js';
import { extendTone } from './tone.js';

/**
 * The picture a frame's optimisation starts from: the warped previous stylised frame as far as the flow is
 * certain; elsewhere (outside the old frame, newly uncovered, at motion boundaries) the content frame in the
 * tone that the painting has nearby: c·ω + (1 − c)·(content + tone), the blend of Ruder et al. 2016,
 * section 4.4, with the content in place of an earlier pass.
 *
 * Differs from section 4.1 of the paper, which starts from ω everywhere. Pixels from outside the frame then
 * keep the padding colour, a grey band behind a panning camera, and uncovered ones what covered them, a ghost
 * of the thing that moved: following frames take few iterations, and the temporal term holds the frames after
 * them to what those left behind. The bare content would survive the same way, in the film's own colours.
 *
 * @param warped The previous stylised frame, warped, `[3,H,W]`, 0..255.
 * @param content The source frame `[3,H,W]`, 0..255; in the painting's colours it needs less repainting.
 * @param certainty Of the flow that warped it, 0..1; 0 outside the old frame.
 */
export function startPicture(warped: Picture, certainty: Plane, content: Picture): Picture {
  const { width, height, data } = warped;
  const n = width * height;
  const tone = extendTone(warped, certainty, content).data;
  const start = new Float32Array(3 * n);
  for (let i = 0; i < 3 * n; i++) {
    const c = certainty.data[i % n];
    start[i] = c === 1 ? data[i] : c * data[i] + (1 - c) * (content.data[i] + tone[i]);
  }
  return { width, height, data: start };
}
