import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createOnnxRuntime } from '../../dist/engine/index.js';
import { readHdf5 } from '../../dist/nst/hdf5_file.js';
import { kerasTensors } from '../../dist/nst/keras_weights.js';
import { checkActivations } from '../../dist/nst/known_activations.js';
import { networkFromFile } from '../../dist/nst/network.js';
import { parseSafetensors } from '../../dist/nst/safetensors.js';
import { tensorsDigest } from '../../dist/nst/tensors_digest.js';
import { scratchFolder } from '../support/program.js';
import { kerasFile } from './keras_file.js';
import { TINY_WIDTHS, tinyNetwork, tinyTensors } from './tiny_network.js';

const folder = scratchFolder();
const at = (name: string) => join(folder, name);

describe("Keras's weights", () => {
  test('come back as they were before they were laid out as Keras does', async () => {
    const tensors = tinyTensors();
    writeFileSync(at('k.h5'), await kerasFile(tensors));
    const arrays = await readHdf5(at('k.h5'));
    expect(arrays.get('block2_conv1/block2_conv1_W_1:0')?.shape).toEqual([3, 3, 4, 5]);
    const found = kerasTensors(arrays, TINY_WIDTHS, 'k.h5');
    expect(found).toEqual(tensors);
    expect(tensorsDigest(found)).toBe(tensorsDigest(tensors));
    // Newer versions of Keras nest and call the parts differently; layers that are not wanted are left out.
    const nested = new Map(
      [...arrays].map(([name, t]) => [`model_weights/${name.replace(/\/.*/, '')}/vgg/${t.shape.length}`, t]),
    );
    expect(kerasTensors(nested, TINY_WIDTHS.slice(0, 2), 'k.h5').size).toBe(8);
  });

  test('of other shapes are refused, with layer, expected and found', async () => {
    const arrays = await readHdf5(at('k.h5'));
    expect(() => kerasTensors(arrays, [[4, 5]], 'k.h5')).toThrowError(
      'k.h5: layer block1_conv2: expected one kernel of shape [3,3,4,5], found [3,3,4,4]',
    );
    expect(() => kerasTensors(arrays, [...TINY_WIDTHS, [3]], 'k.h5')).toThrowError(
      /block6_conv1: .*\[3,3,8,3\], found none/,
    );
  });

  test('in a file that is not HDF5, or is cut short, are refused', async () => {
    writeFileSync(at('page.h5'), '<html>not found</html>');
    const whole = await kerasFile(tinyTensors());
    writeFileSync(at('cut.h5'), whole.subarray(0, whole.length >> 1));
    await expect(readHdf5(at('cut.h5'))).rejects.toMatchObject({
      code: 'NETWORK_FILE_BAD',
      message: expect.stringMatching(/cut\.h5: cannot be read as HDF5 \(truncated file/),
    });
    await expect(readHdf5(at('page.h5'))).rejects.toMatchObject({
      code: 'NETWORK_FILE_BAD',
      message: expect.stringContaining('expected an HDF5 file'),
    });
  });
});

describe('known activations', () => {
  const network = networkFromFile(parseSafetensors(tinyNetwork(), 'tiny.safetensors'));
  const check = (tap: string, mean: number, l2: number) =>
    checkActivations(network, createOnnxRuntime({ threads: 1 }), [{ tap, mean, l2 }]);

  test('of other weights are refused, and so is a network without the layer', async () => {
    await expect(check('relu1_1', 1, 1)).rejects.toMatchObject({
      code: 'NETWORK_FILE_BAD',
      message: expect.stringMatching(/tiny\.safetensors: layer relu1_1 .*expected 1 and 1/),
    });
    await expect(check('relu7_1', 1, 1)).rejects.toThrowError(/relu7_1 is missing/);
  });
});
