import type { Network } from '../../../dist/nst/network.js';
import type { Picture } from '../../../dist/picture.js';

// Backpropagation once more, guided or not: plain loops in float64, no graph. What the program must agree with.

interface Maps {
  readonly c: number;
  readonly h: number;
  readonly w: number;
  readonly data: Float64Array;
}

const maps = (c: number, h: number, w: number): Maps => ({ c, h, w, data: new Float64Array(c * h * w) });

/** Visits every product of a 3×3 convolution with zero padding: indices of output, input and weight. */
function eachProduct(
  { c: inputs, h, w }: Maps,
  outputs: number,
  visit: (out: number, input: number, weight: number) => void,
): void {
  for (let o = 0; o < outputs; o++)
    for (let i = 0; i < inputs; i++)
      for (let dy = -1; dy <= 1; dy++)
        for (let dx = -1; dx <= 1; dx++)
          for (let y = Math.max(0, -dy); y < Math.min(h, h - dy); y++)
            for (let x = Math.max(0, -dx); x < Math.min(w, w - dx); x++)
              visit(
                (o * h + y) * w + x,
                (i * h + y + dy) * w + x + dx,
                ((o * inputs + i) * 3 + dy + 1) * 3 + dx + 1,
              );
}

/** The value of one neuron before its relu, and what backpropagation makes of it at the picture, `[3,H,W]`. */
export function referenceRaising(
  network: Network,
  { width, height, data }: Picture,
  neuron: { layer: string; channel: number; x: number; y: number },
  guided: boolean,
): { response: number; gradient: Float64Array } {
  const plane = width * height;
  const centred = Float64Array.from(data, (v, i) => v - network.input.mean[Math.floor(i / plane)]);
  let x: Maps = { c: 3, h: height, w: width, data: centred };
  let block = 1;
  const back: ((g: Float64Array) => Float64Array)[] = [];
  for (const { tap, block: own, outputs, weight, bias } of network.convolutions) {
    if (own !== block) {
      block = own;
      const from = x;
      const to = maps(x.c, x.h >> 1, x.w >> 1);
      const largest = new Int32Array(to.data.length);
      to.data.forEach((_, i) => {
        const [u, v, c] = [i % to.w, Math.floor(i / to.w) % to.h, Math.floor(i / (to.w * to.h))];
        const places = [0, 1, from.w, from.w + 1].map((d) => (c * from.h + 2 * v) * from.w + 2 * u + d);
        // Which of equal maxima does not matter: these are zeros, at which the relu before lets nothing through.
        largest[i] = places.reduce((a, b) => (from.data[b] > from.data[a] ? b : a));
        to.data[i] = from.data[largest[i]];
      });
      back.push((g) => {
        const out = new Float64Array(from.data.length);
        g.forEach((v, i) => {
          out[largest[i]] += v;
        });
        return out;
      });
      x = to;
    }
    const from = x;
    const before = maps(outputs, x.h, x.w);
    before.data.forEach((_, i) => {
      before.data[i] = bias[Math.floor(i / (x.h * x.w))];
    });
    eachProduct(from, outputs, (o, i, k) => {
      before.data[o] += weight[k] * from.data[i];
    });
    back.push((g) => {
      const out = new Float64Array(from.data.length);
      eachProduct(from, outputs, (o, i, k) => {
        out[i] += weight[k] * g[o];
      });
      return out;
    });
    if (tap === neuron.layer) {
      const at = (neuron.channel * before.h + neuron.y) * before.w + neuron.x;
      let gradient: Float64Array = new Float64Array(before.data.length);
      gradient[at] = 1;
      for (const step of back.reverse()) gradient = step(gradient);
      return { response: before.data[at], gradient };
    }
    back.push((g) => g.map((v, i) => (before.data[i] > 0 && !(guided && v < 0) ? v : 0)));
    x = { ...before, data: before.data.map((v) => Math.max(v, 0)) };
  }
  throw new Error(`no layer ${neuron.layer}`);
}
