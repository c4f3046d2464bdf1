import { describe, expect, it } from 'vitest';
import { constantValues, flippedWeights, scaledConstant } from '../../dist/engine/constant.js';
import * as e from '../../dist/engine/index.js';

const image = e.input('image', [1, 3, 5, 7]);
const matrix = e.input('matrix', [2, 3]);
const weights = (...shape: number[]) => e.constant(shape, new Float32Array(e.elementCount(shape)));

describe('shapes', () => {
  it.each<[string, e.Expr, number[]]>([
    ['convolution keeps the size', e.conv2d(image, weights(4, 3, 3, 3)), [1, 4, 5, 7]],
    ['pooling drops odd edges', e.maxPool2(image), [1, 3, 2, 3]],
    ['average pooling drops odd edges', e.avgPool2(image), [1, 3, 2, 3]],
    ['enlargement doubles', e.upsample2(image), [1, 3, 10, 14]],
    ['a mask stretches over the channels', e.mul(image, e.input('c', [1, 1, 5, 7])), [1, 3, 5, 7]],
    ['a scalar stretches over everything', e.sub(e.input('s', []), image), [1, 3, 5, 7]],
    ['both sides stretch', e.add(e.input('a', [4, 1]), e.input('b', [5])), [4, 5]],
    ['a product of matrices', e.matmul(matrix, e.input('n', [3, 5])), [2, 5]],
    ['a Gram matrix', e.gemm(matrix, matrix, { transB: true }), [2, 2]],
    ['a transposed product', e.gemm(matrix, matrix, { transA: true }), [3, 3]],
    ['a sum of all', e.sum(image), []],
    ['a sum over axes', e.sum(image, [1, 3]), [1, 1, 5, 1]],
    ['a block', e.slice(image, [0, 1, 0, 2], [1, 3, 5, 4]), [1, 2, 5, 2]],
    ['padding', e.pad(matrix, [0, 1], [2, 0]), [4, 4]],
  ])('%s', (_, expr, shape) => {
    expect(expr.shape).toEqual(shape);
  });
});

describe('what does not fit is refused with the numbers', () => {
  it.each<[string, () => e.Expr, string]>([
    [
      'add',
      () => e.add(image, matrix),
      'add: expected shapes that broadcast together, found [1,3,5,7] and [2,3]',
    ],
    [
      'conv2d rank',
      () => e.conv2d(matrix, weights(4, 3, 3, 3)),
      'conv2d: expected shape [N,C,H,W], found [2,3]',
    ],
    [
      'conv2d channels',
      () => e.conv2d(image, weights(4, 2, 3, 3)),
      'expected 2 channels for weights [4,2,3,3]',
    ],
    [
      'conv2d kernel',
      () => e.conv2d(image, weights(4, 3, 5, 5)),
      'expected 1×1 or 3×3 kernels, found [4,3,5,5]',
    ],
    [
      'conv2d bias',
      () => e.conv2d(image, weights(4, 3, 1, 1), weights(3)),
      'bias: expected shape [4], found [3]',
    ],
    ['conv2d weights', () => e.conv2d(image, e.input('w', [4, 3, 1, 1])), 'expected a constant, found input'],
    [
      'conv2d bias op',
      () => e.conv2d(image, weights(4, 3, 1, 1), e.input('b', [4])),
      'bias: expected a constant',
    ],
    ['pool', () => e.avgPool2(e.input('x', [1, 1, 1, 9])), 'avgPool2: expected at least 2 × 2 pixels'],
    ['gemm', () => e.gemm(matrix, matrix), 'gemm: expected equal inner extents, found [2,3] · [2,3]'],
    ['gemm rank', () => e.gemm(image, matrix), 'gemm: expected shape [M,K], found [1,3,5,7]'],
    ['transpose', () => e.transpose(image), 'transpose: expected shape [M,N], found [1,3,5,7]'],
    ['sum', () => e.sum(matrix, [2]), 'sum: expected axes of [2,3], found [2]'],
    ['reshape', () => e.reshape(matrix, [5]), 'reshape: expected as many elements as [2,3], found [5]'],
    [
      'slice',
      () => e.slice(matrix, [0, 1], [2, 4]),
      'slice: expected a block inside [2,3], found [0,1] to [2,4]',
    ],
    ['empty slice', () => e.slice(matrix, [0, 1], [2, 1]), 'slice: expected a block inside [2,3]'],
    ['pad', () => e.pad(matrix, [0], [1]), 'pad: expected a count per axis of [2,3], found [0], [1]'],
    ['negative pad', () => e.pad(matrix, [0, -1], [0, 0]), 'pad: expected a count per axis'],
    ['expand', () => e.expand(matrix, [3]), 'expand: expected a shape that [2,3] broadcasts to, found [3]'],
    ['constant', () => e.constant([2, 2], [1, 2, 3]), 'constant: expected 4 values for [2,2], found 3'],
    ['input', () => e.input('x', [0, 3]), 'input: expected a shape of positive integers, found [0,3]'],
    ['fraction', () => e.input('x', [1.5]), 'input: expected a shape of positive integers, found [1.5]'],
  ])('%s', (_, build, message) => {
    expect(build).toThrow(message);
    expect(build).toThrow(expect.objectContaining({ name: 'NstError', kind: 'bug', code: 'GRAPH_INVALID' }));
  });
});

describe('topologicalOrder', () => {
  it('lists every node once, operands first, however deep the graph', () => {
    let x: e.Expr = e.input('x', []);
    for (let i = 0; i < 50_000; i++) x = e.add(x, x);
    const order = e.topologicalOrder([x, x]);
    expect(order).toHaveLength(50_001);
    expect(order[0].op).toBe('input');
    expect(order[50_000]).toBe(x);
  });
});

describe('constants', () => {
  it('are described, not copied, when scaled or flipped', () => {
    const values = Float32Array.from({ length: 12 }, (_, i) => i);
    const c = e.constant([3, 4, 1, 1], values);
    const turned = flippedWeights(scaledConstant(c, 2));
    expect(turned.attrs.values).toBe(values);
    expect(turned.shape).toEqual([4, 3, 1, 1]);
    expect([...constantValues(turned)]).toEqual([0, 8, 16, 2, 10, 18, 4, 12, 20, 6, 14, 22]);
    expect([...constantValues(flippedWeights(turned))]).toEqual([...values.map((v) => 2 * v)]);
    expect(constantValues(c)).toBe(values);
  });
});
