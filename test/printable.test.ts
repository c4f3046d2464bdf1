import { describe, expect, it } from 'vitest';
import { printable } from '../src/printable.js';

describe('text of others in messages', () => {
  it('shows control characters as escapes and leaves letters alone', () => {
    expect(printable('\u001b]0;owned\u0007\nplain \u009b31m')).toBe('\\x1b]0;owned\\x07\\nplain \\x9b31m');
    expect(printable('Façade 日本 🎞')).toBe('Façade 日本 🎞');
    expect(printable('a\u202eb\ud83d')).toBe('a\\u202eb\\ud83d');
  });

  it('is cut at its longest', () => {
    expect(printable('x'.repeat(1e6))).toBe(`${'x'.repeat(199)}…`);
    expect(printable('x'.repeat(200))).toHaveLength(200);
  });
});
