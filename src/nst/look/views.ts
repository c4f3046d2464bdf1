import { createPicture, type Picture, type Plane } from '../../picture.js';
import type { Network } from '../network.js';

/** Grey of nothing on pictures of values that have a sign. */
const MIDDLE = 127.5;

/**
 * The filters of the first layer as pictures of 3×3 px, each on a scale of its own: grey is no weight, the largest weight
 * of either sign is full. A pixel that is red is one whose red raises the neuron.
 */
export function firstFilters({ convolutions: [first] }: Network): Picture[] {
  return Array.from({ length: first.outputs }, (_, k) =>
    signedView({ width: 3, height: 3, data: first.weight.subarray(27 * k, 27 * k + 27) }),
  );
}

/** Values of either sign `[3,H,W]` as a picture: grey is 0, the largest of either sign is full. */
export function signedView({ width, height, data }: Picture): Picture {
  const largest = data.reduce((most, v) => Math.max(most, Math.abs(v)), 0) || 1;
  return { width, height, data: data.map((v) => MIDDLE + (MIDDLE * v) / largest) };
}

/** Values of 0 and more as a grey picture: black is 0, white the largest. */
export function positiveView({ width, height, data }: Plane): Picture {
  const largest = data.reduce((most, v) => Math.max(most, v), 0) || 1;
  const view = createPicture(width, height);
  for (let plane = 0; plane < 3; plane++)
    view.data.set(
      data.map((v) => (255 * Math.max(0, v)) / largest),
      plane * width * height,
    );
  return view;
}

/** Saliency of each pixel: the largest size of the derivative over its three channels (Simonyan et al. 2014, sect. 3.1). */
export function saliency({ width, height, data }: Picture): Plane {
  const n = width * height;
  const out = new Float32Array(n);
  for (let i = 0; i < n; i++)
    out[i] = Math.max(Math.abs(data[i]), Math.abs(data[i + n]), Math.abs(data[i + 2 * n]));
  return { width, height, data: out };
}

/** The square of `size` px whose upper left pixel is (`left`, `top`); where that leaves the picture it is `outside`. */
export function cutOut(
  picture: Picture,
  { left, top, size }: { readonly left: number; readonly top: number; readonly size: number },
  outside: readonly [number, number, number],
): Picture {
  const { width, height, data } = picture;
  const out = createPicture(size, size);
  for (let plane = 0; plane < 3; plane++) {
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const [px, py] = [left + x, top + y];
        const inside = px >= 0 && py >= 0 && px < width && py < height;
        out.data[(plane * size + y) * size + x] = inside
          ? data[(plane * height + py) * width + px]
          : outside[plane];
      }
    }
  }
  return out;
}

/** A picture at another size, every pixel a rectangle: what is small stays sharp. */
export function blocky({ width, height, data }: Picture, toWidth: number, toHeight: number): Picture {
  const out = createPicture(toWidth, toHeight);
  for (let plane = 0; plane < 3; plane++)
    for (let y = 0; y < toHeight; y++) {
      const row = (plane * height + Math.floor((y * height) / toHeight)) * width;
      for (let x = 0; x < toWidth; x++)
        out.data[(plane * toHeight + y) * toWidth + x] = data[row + Math.floor((x * width) / toWidth)];
    }
  return out;
}

/** Correlation of two pictures of one size over all their samples, −1..1; 0 where one is all of one value. */
export function alike({ data: a }: Picture, { data: b }: Picture): number {
  const mean = (values: Float32Array) => values.reduce((sum, v) => sum + v, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += (a[i] - meanA) * (b[i] - meanB);
    aa += (a[i] - meanA) ** 2;
    bb += (b[i] - meanB) ** 2;
  }
  return ab / (Math.sqrt(aa * bb) || 1);
}
