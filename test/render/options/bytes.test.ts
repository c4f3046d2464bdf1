import { expect, test } from 'vitest';
import { parseBytes } from '../../../dist/render/options/bytes.js';
import { resolveSettings } from '../../../dist/render/options/settings.js';

test('amounts of memory', () => {
  const amounts = {
    '4GiB': 4 * 2 ** 30,
    '4g': 4 * 2 ** 30,
    '1.5 GB': 1.5e9,
    '800MB': 8e8,
    '64KiB': 65536,
    '123': 123,
  };
  for (const [text, bytes] of Object.entries(amounts)) expect(parseBytes(text, 'x'), text).toBe(bytes);
  for (const text of ['', '4 bananas', '-1GiB', '0', 'GiB', '4GiBs'])
    expect(() => parseBytes(text, '--memory')).toThrow('--memory: expected a size such as 4GiB or 800MB');
  expect(resolveSettings('image', { memory: 2 ** 31 }).memory).toBe('2147483648');
  expect(() => resolveSettings('image', { memory: 'much' })).toThrow('--memory');
});
