import { describe, expect, it } from 'vitest';
import * as e from '../../dist/engine/index.js';
import { Message } from '../../dist/engine/protobuf.js';
import { type Fields, floats, messages, numbers, readMessage, texts } from './protobuf_reader.js';

/** The graph message of a model, after the checks every model must pass. */
function graphOf(model: Uint8Array): Fields {
  const fields = readMessage(model);
  expect(numbers(fields, 1)).toEqual([8]);
  expect(messages(fields, 8).map((opset) => [texts(opset, 1), numbers(opset, 2)])).toEqual([[[''], [17]]]);
  return messages(fields, 7)[0];
}

/** Name and shape of an input or output. */
function valueInfo(info: Fields): [string, number[]] {
  const tensor = messages(messages(info, 2)[0], 1)[0];
  expect(numbers(tensor, 1)).toEqual([1]);
  return [texts(info, 1)[0], messages(messages(tensor, 2)[0] ?? new Map(), 1).flatMap((d) => numbers(d, 1))];
}

const nodes = (graph: Fields) => messages(graph, 1).map((node) => texts(node, 4)[0]);

describe('Message', () => {
  it('writes the wire format', () => {
    // The examples of the Protocol Buffers documentation, and -2 as 64-bit two's complement.
    expect([...new Message().integer(1, 150).encode()]).toEqual([0x08, 0x96, 0x01]);
    expect([...new Message().string(2, 'testing').encode()]).toEqual([0x12, 7, ...Buffer.from('testing')]);
    expect([...new Message().message(3, new Message().integer(1, 150)).encode()]).toEqual([
      0x1a, 3, 8, 0x96, 1,
    ]);
    expect([...new Message().integer(1, -2).encode()]).toEqual([8, 0xfe, ...Array(8).fill(0xff), 1]);
    expect([...new Message().float(2, 1).encode()]).toEqual([0x15, 0, 0, 0x80, 0x3f]);
    expect([...new Message().integer(20, 7).encode()]).toEqual([0xa0, 1, 7]);
  });

  it('asks for deferred bytes only when encoded, inside nested messages too', () => {
    let asked = 0;
    const inner = new Message().deferredBytes(1, 2, (into) => {
      asked++;
      into.set([4, 5]);
    });
    const outer = new Message().integer(1, 1).message(2, inner);
    expect(asked).toBe(0);
    expect([...outer.encode()]).toEqual([8, 1, 0x12, 4, 0x0a, 2, 4, 5]);
  });
});

describe('toOnnx', () => {
  const x = e.input('x', [1, 1, 4, 6]);
  const weights = e.constant(
    [2, 1, 3, 3],
    Float32Array.from({ length: 18 }, (_, i) => i + 1),
  );
  const bias = e.constant([2], [0.5, -0.5]);

  it('writes nodes, weights, inputs and outputs that read back', () => {
    const graph = graphOf(e.toOnnx({ energy: e.sumSquares(e.maxPool2(e.relu(e.conv2d(x, weights, bias)))) }));
    expect(nodes(graph)).toEqual(['Conv', 'Relu', 'MaxPool', 'ReduceSumSquare', 'ReduceSum']);
    expect(messages(graph, 11).map(valueInfo)).toEqual([['x', [1, 1, 4, 6]]]);
    expect(messages(graph, 12).map(valueInfo)).toEqual([['energy', []]]);
    const [conv] = messages(graph, 1);
    const attributes = messages(conv, 5).map((a) => [texts(a, 1)[0], numbers(a, 8), numbers(a, 20)]);
    expect(attributes).toEqual([
      ['kernel_shape', [3, 3], [7]],
      ['pads', [1, 1, 1, 1], [7]],
      ['strides', [1, 1], [7]],
    ]);
    const tensors = messages(graph, 5);
    expect(tensors.map((t) => numbers(t, 1))).toEqual([[2, 1, 3, 3], [2]]);
    expect(tensors.map((t) => floats(t, 9))).toEqual([
      Array.from({ length: 18 }, (_, i) => i + 1),
      [0.5, -0.5],
    ]);
  });

  it('writes every operand before its user and every name once', () => {
    const energy = e.sumSquares(e.avgPool2(e.relu(e.conv2d(x, weights, bias))));
    const graph = graphOf(e.toOnnx({ energy, gradient: e.gradient(energy, [x])[0] }));
    const known = new Set([...messages(graph, 5).flatMap((t) => texts(t, 8)), 'x', '']);
    for (const node of messages(graph, 1)) {
      for (const operand of texts(node, 1)) expect(known).toContain(operand);
      for (const result of texts(node, 2)) {
        expect(known).not.toContain(result);
        known.add(result);
      }
    }
    expect(known).toContain('energy');
    expect(known).toContain('gradient');
  });

  it('writes the flipped weights of the backward pass from the stored ones', () => {
    const [gradient] = e.gradient(e.sum(e.conv2d(x, weights)), [x]);
    const graph = graphOf(e.toOnnx({ gradient: e.simplify({ gradient }).gradient }));
    const flipped = messages(graph, 5).find((t) => numbers(t, 1).length === 4)!;
    expect(numbers(flipped, 1)).toEqual([1, 2, 3, 3]);
    expect(floats(flipped, 9)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 18, 17, 16, 15, 14, 13, 12, 11, 10]);
  });

  it('gives equal bytes for graphs built alike', () => {
    const build = () =>
      e.toOnnx({ energy: e.mean(e.square(e.sub(e.input('x', [3]), e.constant([3], [1, 2, 3])))) });
    expect(build()).toEqual(build());
  });

  it('keeps features in blocks only where asked and where the channels fill blocks', () => {
    const written = (build: (x: e.Expr) => e.Expr, channels: number, blocked: boolean) =>
      new Set(nodes(graphOf(e.toOnnx({ y: build(e.input('x', [1, channels, 4, 4])) }, { blocked }))));
    const pooling = (x: e.Expr) => e.simplify({ y: e.gradient(e.sum(e.maxPool2(x)), [x])[0] }).y;
    expect(written(e.step, 32, true)).toEqual(new Set(['Conv', 'HardSigmoid']));
    expect(written(e.step, 32, false)).toEqual(new Set(['Greater', 'Cast']));
    expect(written(e.step, 3, true)).toEqual(new Set(['Greater', 'Cast']));
    expect(written(pooling, 32, true)).not.toContain('Equal');
    expect(written(pooling, 32, true)).not.toContain('Div');
    expect(written(pooling, 32, false)).toContain('Equal');
  });

  it('refuses names that clash or that a model cannot hold', () => {
    expect(() => e.toOnnx({ y: e.add(e.input('x', [2]), e.input('x', [2])) })).toThrow(
      'input: expected one node per name, found two called "x"',
    );
    expect(() => e.toOnnx({ x: e.relu(x) })).toThrow('output: expected a name no input has, found "x"');
    expect(() => e.toOnnx({ 'a:b': x })).toThrow('output: expected a name of letters, digits and _');
    expect(() => e.input('1x', [2])).toThrow('input: expected a name of letters, digits and _');
  });
});
