import { networkFileBad, type Tensor } from './safetensors.js';

/** Widths of a VGG-shaped network's convolutions, block by block. */
export type Widths = readonly (readonly number[])[];

/**
 * The tensors of a VGG-shaped network as Keras stores them, under our names and in our layout: `convB_I.weight`
 * `[out,in,3,3]`, `convB_I.bias` `[out]`. The order of the first layer's input channels stays as it is (B, G, R
 * in Keras's VGG weights).
 *
 * @param arrays by path in the file. A layer is the part of the path that reads `blockB_convI`; what stands after
 *   it differs between versions of Keras, so its kernel is told by having four dimensions and its bias by one.
 * @param widths the layers wanted; others in the file are left out
 * @param path only names the file in errors
 * @throws NstError `NETWORK_FILE_BAD` (input)
 */
export function kerasTensors(
  arrays: ReadonlyMap<string, Tensor>,
  widths: Widths,
  path: string,
): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  let inputs = 3;
  widths.forEach((block, b) => {
    block.forEach((outputs, i) => {
      const layer = `block${b + 1}_conv${i + 1}`;
      const ofLayer = [...arrays].filter(([name]) => name.split('/').includes(layer)).map(([, t]) => t);
      const expect = (what: string, shape: number[]) => {
        const found = ofLayer.filter((t) => t.shape.length === shape.length);
        if (found.length !== 1 || shape.some((n, d) => n !== found[0].shape[d]))
          throw networkFileBad(
            path,
            `layer ${layer}: expected one ${what} of shape [${shape}], found ${found.map((t) => `[${t.shape}]`).join(' and ') || 'none'}`,
          );
        return found[0];
      };
      const name = `conv${b + 1}_${i + 1}`;
      const kernel = expect('kernel', [3, 3, inputs, outputs]);
      tensors.set(`${name}.weight`, { shape: [outputs, inputs, 3, 3], data: outputsFirst(kernel) });
      tensors.set(`${name}.bias`, expect('bias', [outputs]));
      inputs = outputs;
    });
  });
  return tensors;
}

/** `[3,3,in,out]` to `[out,in,3,3]`. */
function outputsFirst({ shape, data }: Tensor): Float32Array {
  const [, , inputs, outputs] = shape;
  const out = new Float32Array(data.length);
  for (let tap = 0; tap < 9; tap++)
    for (let i = 0; i < inputs; i++) {
      const from = (tap * inputs + i) * outputs;
      for (let o = 0; o < outputs; o++) out[(o * inputs + i) * 9 + tap] = data[from + o];
    }
  return out;
}
