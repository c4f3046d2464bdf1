import { expect, it } from 'vitest';
import { externalFiles } from '../../dist/engine/index.js';

const entry = (key: string, value: string) =>
  Buffer.concat([
    Buffer.from([0x0a, key.length]),
    Buffer.from(key),
    Buffer.from([
      0x12,
      ...(value.length < 128 ? [value.length] : [0x80 | (value.length & 127), value.length >> 7]),
    ]),
    Buffer.from(value),
  ]);

it('tells the files that a model keeps weights in', () => {
  const long = `${'w'.repeat(200)}.bin`;
  const parts = [entry('location', 'b.bin'), entry('offset', '0'), entry('location', long)];
  const model = Buffer.concat([Buffer.from('onnx'), ...parts, entry('location', 'b.bin')]);
  expect(externalFiles(model)).toEqual(['b.bin', long]);
  expect(externalFiles(Buffer.from('a location of its own'))).toEqual([]);
  expect(externalFiles(model.subarray(0, 17))).toHaveLength(1);
});
