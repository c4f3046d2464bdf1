import { resizePlane } from '../../flow/resize_flow.js';
import { colourMap, mapColours } from '../../nst/colour_match.js';
import type { Picture, Plane } from '../../picture.js';
import { palette, type WeightedStyle } from '../paint/style_pictures.js';
import type { FrameMasks } from './mask_regions.js';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Masks at another size of their frame. */
export function masksAt(masks: FrameMasks | undefined, { width, height }: Size): Partial<FrameMasks> {
  if (!masks) return {};
  const at = (plane: Plane) => resizePlane(plane, width, height);
  return { guides: masks.guides.map(at), coverage: masks.coverage && at(masks.coverage) };
}

/**
 * The map that makes the ground of a frame whose parts are painted differently: each part in the colours of its own
 * paintings, and of what of them `--style-mask` leaves; the source where there is none.
 */
export function maskedGround(
  content: Picture,
  styles: readonly WeightedStyle[],
  masks: FrameMasks,
): (picture: Picture, masks?: FrameMasks) => Picture {
  const { guides = [] } = masksAt(masks, content);
  const maps = guides.map((guide, goal) => {
    const own = styles.filter((style) => (style.goal ?? 0) === goal && style.weight > 0);
    if (own.length === 0) return undefined;
    const colours = own.map((style) => ({ ...style, picture: pixelsWithin(style.picture, style.mask) }));
    const { picture, counts } = palette(colours);
    return colourMap(pixelsWithin(content, guide), picture, counts);
  });
  return (picture, of = masks) => {
    const { guides: parts = [] } = masksAt(of, picture);
    const data = picture.data.slice();
    maps.forEach((map, goal) => {
      if (!map) return;
      const mapped = mapColours(picture, map).data;
      const part = parts[goal].data;
      for (let i = 0; i < data.length; i++) data[i] += part[i % part.length] * (mapped[i] - picture.data[i]);
    });
    return { ...picture, data };
  };
}

/** The pixels that a mask has more than half of what it has anywhere, in one row; all of them where there are none or no mask. */
function pixelsWithin(picture: Picture, mask: Plane | undefined): Picture {
  const most = mask?.data.reduce((a, b) => Math.max(a, b)) ?? 0;
  const inside = mask ? [...mask.data.keys()].filter((p) => mask.data[p] > most / 2) : [];
  if (inside.length === 0) return picture;
  const n = picture.width * picture.height;
  const data = new Float32Array(3 * inside.length);
  for (let c = 0; c < 3; c++)
    inside.forEach((p, k) => {
      data[c * inside.length + k] = picture.data[c * n + p];
    });
  return { width: inside.length, height: 1, data };
}

/** How far what is carried along is paint: certain, and covered now. */
export function certaintyOfPaint(certainty: Plane, masks: FrameMasks | undefined): Plane {
  const coverage = masks?.coverage?.data;
  return coverage ? { ...certainty, data: certainty.data.map((c, p) => c * coverage[p]) } : certainty;
}

/** How far what is painted now was not painted before: covered, and not certain. */
export function newnessOfPaint(certainty: Plane, masks: FrameMasks | undefined): Plane {
  const coverage = masks?.coverage?.data;
  return { ...certainty, data: certainty.data.map((c, p) => (1 - c) * (coverage ? coverage[p] : 1)) };
}

/** What was done to a painted picture, done as far as it is paint: where the source is seen, nothing is. */
export function keepSource(
  changed: Picture,
  painted: Picture,
  masks: { readonly coverage?: Plane } | undefined,
): Picture {
  const coverage = masks?.coverage?.data;
  if (!coverage) return changed;
  const data = painted.data.map((v, i) => v + coverage[i % coverage.length] * (changed.data[i] - v));
  return { ...changed, data };
}
