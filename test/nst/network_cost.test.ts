import { describe, expect, it } from 'vitest';
import { elementCount, simplify, topologicalOrder } from '../../dist/engine/index.js';
import { energyGraph } from '../../dist/nst/energy.js';
import { DEFAULT_FORM } from '../../dist/nst/energy_form.js';
import { loadNetwork } from '../../dist/nst/network.js';
import { layersOfWidths, networkCost } from '../../dist/nst/network_cost.js';
import { litePath } from './shared_data.js';

const VGG19 = [[64, 64], [128, 128], [256, 256, 256, 256], [512, 512, 512, 512], [512]];

describe('the cost of a network', () => {
  it('counts the operations that the graph of the energy has', async () => {
    const network = await loadNetwork(litePath);
    const side = 512;
    const order = topologicalOrder(Object.values(simplify(energyGraph(network, DEFAULT_FORM, side, side))));
    let flop = 0;
    for (const { op, inputs, attrs, shape } of order) {
      if (op === 'conv2d') flop += 2 * elementCount(shape) * elementCount(inputs[1].shape.slice(1));
      if (op === 'gemm')
        flop += 2 * elementCount(shape) * inputs[0].shape[(attrs as { transA?: boolean }).transA ? 0 : 1];
    }
    const told = networkCost(network.convolutions).flop;
    expect(told / (flop / side ** 2)).toBeGreaterThan(0.9);
    expect(told / (flop / side ** 2)).toBeLessThan(1.1);
  });

  it('counts weights and features', async () => {
    const network = await loadNetwork(litePath);
    const numbers = network.convolutions.reduce((sum, c) => sum + c.weight.length + c.bias.length, 0);
    expect(networkCost(network.convolutions).weights).toBe(4 * numbers);
    // One block of two channels of full size, one of four channels of a quarter of it.
    expect(networkCost(layersOfWidths([[2], [4]])).features).toBe(4 * (2 + 4 / 4));
  });

  it('leaves out layers that no energy looks at', () => {
    const whole = [...VGG19.slice(0, 4), [512, 512, 512, 512]];
    expect(networkCost(layersOfWidths(whole))).toEqual(networkCost(layersOfWidths(VGG19)));
  });
});
