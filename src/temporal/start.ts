import type { Picture, Plane } from '../picture.js';
import { extendTone } from './extend_tone.js';

/** Strokes that new regions of a frame begin with. */
export interface NewStrokes {
  /** What is added to the content, `[3,H,W]`, grey levels. */
  readonly picture: Picture;
  /** Side of the blocks that have no tone in it, px. */
  readonly block: number;
}

export interface StartOptions {
  readonly strokes?: NewStrokes;
  /** Whether the tone fades away from the paint that has it: only of a content in the painting's colours. */
  readonly fading?: boolean;
}

/**
 * The picture a frame's optimisation starts from: the warped previous stylised frame as far as the flow is
 * certain; elsewhere (outside the old frame, newly uncovered, at motion boundaries) the content frame in the
 * tone that the painting has nearby, and strokes on it where there are some: c·ω + (1 − c)·(content + tone + strokes),
 * the blend of Ruder et al. 2016, section 4.4, with the content in place of an earlier pass.
 *
 * Differs from section 4.1 of the paper, which starts from ω everywhere. Pixels from outside the frame then
 * keep the padding colour, a grey band behind a panning camera, and uncovered ones what covered them, a ghost
 * of the thing that moved: following frames take few iterations, and the temporal term holds the frames after
 * them to what those left behind. The bare content would survive the same way, in the film's own colours.
 *
 * The tone is measured against the content without strokes, over the blocks that have none in the strokes: what a
 * region begins with is then as light as the paint beside it, and no lighter, and so is what comes in after it. Where
 * it fades, whatever a frame adds to it in spite of that is gone after about a block.
 *
 * @param warped The previous stylised frame, warped, `[3,H,W]`, 0..255.
 * @param content The source frame `[3,H,W]`, 0..255; in the painting's colours it needs less repainting.
 * @param certainty Of the flow that warped it, 0..1; 0 outside the old frame.
 */
export function startPicture(
  warped: Picture,
  certainty: Plane,
  content: Picture,
  { strokes, fading }: StartOptions = {},
): Picture {
  const { width, height, data } = warped;
  const n = width * height;
  const tone = extendTone(warped, certainty, content, { block: strokes?.block, fading }).data;
  const added = strokes?.picture.data;
  const start = new Float32Array(3 * n);
  for (let i = 0; i < 3 * n; i++) {
    const c = certainty.data[i % n];
    start[i] = c === 1 ? data[i] : c * data[i] + (1 - c) * (content.data[i] + tone[i] + (added?.[i] ?? 0));
  }
  return { width, height, data: start };
}
