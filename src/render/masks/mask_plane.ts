import { NstError } from '../../error.js';
import { resizePlane } from '../../flow/resize_flow.js';
import { luma, type Picture, type Plane } from '../../picture.js';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** How many pixels of the frame a mask's shape may be off: sizes are whole numbers. */
const ASPECT_TOLERANCE = 2;
/** How wide a luma key's edges are, as a share of white: between its bounds it is 1. */
const KEY_EDGE = 0.1;

/** A picture as a mask: white 1, black 0; transparent is black. */
export function maskOf(picture: Picture): Plane {
  const { width, height, data } = luma(picture);
  return { width, height, data: data.map((v) => clip(v / 255)) };
}

/** A mask at the size of what it is for. @throws NstError input MASK_SIZE for one of another shape. */
export function fitMask(path: string, mask: Plane, of: 'frames' | 'painting', frame: Size): Plane {
  const [x, y] = [frame.width / mask.width, frame.height / mask.height];
  const off = Math.min(Math.abs(mask.height * x - frame.height), Math.abs(mask.width * y - frame.width));
  if (off > ASPECT_TOLERANCE)
    throw new NstError(
      'input',
      'MASK_SIZE',
      `The mask ${path}: expected the ${of === 'frames' ? "frames'" : "painting's"} ${frame.width}x${frame.height} pixels or that shape, found ${mask.width}x${mask.height}`,
    );
  return resizePlane(mask, frame.width, frame.height);
}

/**
 * A luma key: the luma itself, or 1 where it lies within bounds, falling off smoothly to 0 outside.
 * @param bounds 0..1
 */
export function lumaKey(frame: Picture, bounds?: readonly [low: number, high: number]): Plane {
  const mask = maskOf(frame);
  if (!bounds) return mask;
  const [low, high] = bounds;
  const data = mask.data.map((v) => smoothStep(1 - Math.max(low - v, v - high, 0) / KEY_EDGE));
  return { ...mask, data };
}

/** 3t² − 2t³ */
function smoothStep(t: number): number {
  const x = clip(t);
  return x * x * (3 - 2 * x);
}

export function inverted({ width, height, data }: Plane): Plane {
  return { width, height, data: data.map((v) => 1 - v) };
}

/** The greatest of masks at every pixel. */
export function union(masks: readonly Plane[]): Plane {
  const { width, height } = masks[0];
  return { width, height, data: masks[0].data.map((_, p) => Math.max(...masks.map(({ data }) => data[p]))) };
}

/** A mask with soft edges: blurred by a Gaussian of this deviation, px; past the border its last value goes on. */
export function feathered(mask: Plane, deviation: number): Plane {
  if (deviation === 0) return mask;
  const { width, height } = mask;
  const reach = Math.ceil(3 * deviation);
  const taps = Array.from({ length: 2 * reach + 1 }, (_, k) =>
    Math.exp(-0.5 * ((k - reach) / deviation) ** 2),
  );
  const sum = taps.reduce((a, b) => a + b);
  const along = (data: Float32Array, length: number, step: number, lines: number, lineStep: number) => {
    const out = new Float32Array(data.length);
    for (let line = 0; line < lines; line++)
      for (let i = 0; i < length; i++) {
        let value = 0;
        for (let k = -reach; k <= reach; k++)
          value += taps[k + reach] * data[line * lineStep + step * Math.min(length - 1, Math.max(0, i + k))];
        out[line * lineStep + step * i] = value / sum;
      }
    return out;
  };
  const rows = along(mask.data, width, 1, height, width);
  return { width, height, data: along(rows, height, width, width, 1) };
}

const clip = (value: number): number => Math.min(1, Math.max(0, value));
