import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { File, ready } from 'h5wasm/node';
import type { Tensor } from '../../dist/nst/safetensors.js';

/**
 * The bytes of an HDF5 file laid out like Keras's VGG weights: a group per layer, the pooling ones empty, with
 * `weight_names`; in it kernel `[3,3,in,out]` and bias.
 * @param tensors ours: `convB_I.weight` `[out,in,3,3]`, `convB_I.bias`
 */
export async function kerasFile(tensors: ReadonlyMap<string, Tensor>): Promise<Uint8Array> {
  await ready;
  const path = join(tmpdir(), `nst-keras-${process.pid}-${Math.random().toString(36).slice(2)}.h5`);
  const file = new File(path, 'w');
  const layers = [...tensors.keys()]
    .filter((n) => n.endsWith('.weight'))
    .map((n) => n.replace('.weight', ''));
  file.create_attribute('layer_names', ['input_1', ...layers.map(kerasName), 'block1_pool']);
  file.create_group('input_1');
  file.create_group('block1_pool');
  for (const layer of layers) {
    const name = kerasName(layer);
    const names = [`${name}_W_1:0`, `${name}_b_1:0`];
    const group = file.create_group(name);
    group.create_attribute('weight_names', names);
    const kernel = tensors.get(`${layer}.weight`)!;
    const [outputs, inputs] = kernel.shape;
    group.create_dataset({
      name: names[0],
      data: inputsFirst(kernel),
      shape: [3, 3, inputs, outputs],
      dtype: '<f4',
    });
    group.create_dataset({
      name: names[1],
      data: tensors.get(`${layer}.bias`)!.data,
      shape: [outputs],
      dtype: '<f4',
    });
  }
  file.close();
  const bytes = readFileSync(path);
  rmSync(path);
  return bytes;
}

const kerasName = (layer: string) => layer.replace(/^conv(\d+)_(\d+)$/, 'block$1_conv$2');

/** `[out,in,3,3]` to `[3,3,in,out]`, element by element. */
function inputsFirst({ shape, data }: Tensor): Float32Array {
  const [outputs, inputs] = shape;
  const out = new Float32Array(data.length);
  for (let y = 0; y < 3; y++)
    for (let x = 0; x < 3; x++)
      for (let i = 0; i < inputs; i++)
        for (let o = 0; o < outputs; o++)
          out[((y * 3 + x) * inputs + i) * outputs + o] = data[((o * inputs + i) * 3 + y) * 3 + x];
  return out;
}
