import { describe, expect, test } from 'vitest';
import { DEFAULT_FORM } from '../../dist/nst/energy_form.js';
import { layersOfWidths } from '../../dist/nst/network_cost.js';
import { fitMemory, sumOf, wholeMemory } from '../../dist/nst/solver_memory.js';
import { stageSpans } from '../../dist/nst/tiled/stage.js';

const VGG = [[64, 64], [128, 128], [256, 256, 256, 256], [512, 512, 512, 512], [512]];
const layers = layersOfWidths(VGG);
const GIB = 2 ** 30;
const size = { width: 1280, height: 720 };
const fitted = (gib: number, options: object = {}) =>
  fitMemory(layers, DEFAULT_FORM, size, { bytes: gib * GIB, history: 10, strict: true, ...options });

describe('how frames fit into memory', () => {
  test('as a whole where there is room', () => {
    const whole = wholeMemory(layers, DEFAULT_FORM, size, 10);
    expect(fitted(sumOf(whole) / GIB)).toEqual({ tiling: undefined, history: 10, memory: whole });
    expect(fitted(sumOf(whole) / GIB - 0.01).tiling).toBeDefined();
  });

  test('in windows that there is room for in the picture, which take no more than they may', () => {
    for (const gib of [2.5, 2, 1.5, 1.2]) {
      const { tiling, memory, history } = fitted(gib);
      expect(sumOf(memory)).toBeLessThanOrEqual(gib * GIB);
      expect(history).toBeGreaterThan(0);
      expect(tiling!.reduce((sum, { blocks }) => sum + blocks, 0)).toBe(VGG.length);
      let block = 0;
      for (const { blocks, columns, rows } of tiling!) {
        const mine = layers.filter((layer) => layer.block > block && layer.block <= block + blocks);
        const grouped = Array.from({ length: blocks }, (_, i) =>
          mine
            .filter((layer) => layer.block === block + i + 1)
            .map((layer) => ({
              ...layer,
              name: '',
              tap: '',
              weight: new Float32Array(),
              bias: new Float32Array(),
            })),
        );
        const pools = block + blocks < VGG.length;
        expect(stageSpans(size.width >> block, columns, grouped, pools)).toHaveLength(columns);
        expect(stageSpans(size.height >> block, rows, grouped, pools)).toHaveLength(rows);
        block += blocks;
      }
    }
  });

  test('L-BFGS forgets where memory is shortest, other optimisers have nothing to forget', () => {
    expect(fitted(2).history).toBe(10);
    expect(fitted(1.1).history).toBeLessThan(10);
    expect(fitted(1.1, { history: 0 }).history).toBe(0);
  });

  test('what does not fit at all is refused where the limit was asked for', () => {
    expect(() => fitted(0.1)).toThrow(
      /^--memory: frames of 1280×720 px need \d+ MiB for the solver, found 102 MiB/,
    );
    expect(fitted(0.1, { strict: false }).history).toBe(1);
  });

  test('an energy that needs the picture as a whole is refused in windows only', () => {
    const form = { ...DEFAULT_FORM, styleLosses: ['patches'] as const };
    const limit = (gib: number) => ({ bytes: gib * GIB, history: 10, strict: true });
    expect(fitMemory(layers, form, size, limit(8)).tiling).toBeUndefined();
    expect(() => fitMemory(layers, form, size, limit(2))).toThrow('looked at in parts, found "patches"');
  });
});
