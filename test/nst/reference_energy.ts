import type { EnergyForm, EnergyWeights } from '../../dist/nst/energy_form.js';
import type { Network } from '../../dist/nst/network.js';
import type { Picture, Plane } from '../../dist/picture.js';

// The energy once more: plain loops in float64, no graph, no derivative. What the program must agree with.

/** Values `[c,h,w]`. */
interface Maps {
  readonly c: number;
  readonly h: number;
  readonly w: number;
  readonly data: Float64Array;
}

/** One shifted plane after the other is added up: plain, and quick enough for the network that ships. */
function convolve(x: Maps, weight: Float32Array, bias: Float32Array, size: 1 | 3): Maps {
  const { h, w } = x;
  const c = bias.length;
  const data = new Float64Array(c * h * w);
  const reach = (size - 1) / 2;
  for (let o = 0; o < c; o++) {
    const out = data.subarray(o * h * w, (o + 1) * h * w).fill(bias[o]);
    for (let i = 0; i < x.c; i++) {
      for (let dy = -reach; dy <= reach; dy++) {
        for (let du = -reach; du <= reach; du++) {
          const factor = weight[((o * x.c + i) * size + dy + reach) * size + du + reach];
          for (let y = Math.max(0, -dy); y < Math.min(h, h - dy); y++) {
            const from = (i * h + y + dy) * w + du;
            for (let u = Math.max(0, -du); u < Math.min(w, w - du); u++)
              out[y * w + u] += factor * x.data[from + u];
          }
        }
      }
    }
  }
  return { c, h, w, data };
}

function pool(x: Maps, pooling: 'max' | 'average'): Maps {
  const [h, w] = [x.h >> 1, x.w >> 1];
  const data = new Float64Array(x.c * h * w);
  for (let c = 0; c < x.c; c++) {
    for (let y = 0; y < h; y++) {
      for (let u = 0; u < w; u++) {
        const at = (dy: number, du: number) => x.data[(c * x.h + 2 * y + dy) * x.w + 2 * u + du];
        const block = [at(0, 0), at(0, 1), at(1, 0), at(1, 1)];
        data[(c * h + y) * w + u] =
          pooling === 'max' ? Math.max(...block) : block.reduce((a, b) => a + b) / 4;
      }
    }
  }
  return { c: x.c, h, w, data };
}

/** Features at all layers that energies may use. */
export function referenceFeatures(
  network: Network,
  picture: { width: number; height: number; data: ArrayLike<number> },
  pooling: 'max' | 'average',
): Map<string, Maps> {
  const { width: w, height: h } = picture;
  const plane = w * h;
  const data = Float64Array.from(picture.data, (v, i) => v - network.input.mean[Math.floor(i / plane)]);
  let x: Maps = { c: 3, h, w, data };
  let block = 1;
  const found = new Map<string, Maps>();
  for (const layer of network.convolutions) {
    if (layer.block !== block) x = pool(x, pooling);
    block = layer.block;
    if (Math.min(x.h, x.w) < 1) break;
    const y = convolve(x, layer.weight, layer.bias, 3);
    x = { ...y, data: y.data.map((v) => Math.max(v, 0)) };
    const head = network.heads.get(layer.tap);
    found.set(layer.tap, head ? convolve(x, head.weight, head.bias, 1) : x);
  }
  return found;
}

function referenceGram({ c, h, w, data }: Maps, n: number): Float64Array {
  const gram = new Float64Array(c * c);
  for (let i = 0; i < c; i++) {
    for (let j = 0; j < c; j++) {
      let sum = 0;
      for (let p = 0; p < h * w; p++) sum += data[i * h * w + p] * data[j * h * w + p];
      gram[i * c + j] = sum / (n * h * w);
    }
  }
  return gram;
}

const squaredDistance = (a: Float64Array, b: Float64Array) =>
  a.reduce((sum, v, i) => sum + (v - b[i]) ** 2, 0);

export interface ReferenceTask {
  readonly content: Picture;
  readonly styles: readonly { readonly picture: Picture; readonly weight: number }[];
  readonly warped: Picture;
  readonly certainty: Plane;
  readonly weights: EnergyWeights;
}

/** The terms of the energy and the energy, as a function of the image `[3,H,W]`. */
export function referenceEnergy(network: Network, form: EnergyForm, task: ReferenceTask) {
  const { content, warped, certainty, weights } = task;
  const { width, height } = content;
  const target = referenceFeatures(network, content, form.pooling);
  const n = (layer: string) => network.channels.get(layer)!;
  const total = task.styles.reduce((sum, s) => sum + s.weight, 0);
  const grams = new Map(
    form.styleLayers.map((layer) => {
      const all = task.styles.map(({ picture, weight }) =>
        referenceGram(referenceFeatures(network, picture, form.pooling).get(layer)!, n(layer)).map(
          (v) => (v * weight) / total,
        ),
      );
      return [layer, all.reduce((a, b) => a.map((v, i) => v + b[i]))];
    }),
  );
  return (image: Float64Array) => {
    const seen = referenceFeatures(network, { width, height, data: image }, form.pooling);
    const terms: Record<string, number> = {};
    let energy = 0;
    const put = (term: string, value: number, weight: number) => {
      terms[term] = value;
      energy += weight * (weights.layers?.[term] ?? 1) * value;
    };
    for (const layer of form.contentLayers) {
      const f = seen.get(layer)!;
      const mean = squaredDistance(f.data, target.get(layer)!.data) / (n(layer) * f.h * f.w);
      put(`content.${layer}`, mean, weights.content);
    }
    for (const layer of form.styleLayers) {
      const gram = referenceGram(seen.get(layer)!, n(layer));
      put(`style.${layer}`, squaredDistance(gram, grams.get(layer)!) / n(layer) ** 2, weights.style);
    }
    let temporal = 0;
    let tv = 0;
    for (let c = 0; c < 3; c++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const at = (c * height + y) * width + x;
          temporal += certainty.data[y * width + x] * (image[at] - warped.data[at]) ** 2;
          if (x + 1 < width) tv += 0.5 * (image[at + 1] - image[at]) ** 2;
          if (y + 1 < height) tv += 0.5 * (image[at + width] - image[at]) ** 2;
        }
      }
    }
    put('temporal', temporal / (3 * width * height), weights.temporal);
    put('tv', tv, weights.tv);
    return { energy, terms };
  };
}
