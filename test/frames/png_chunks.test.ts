import { describe, expect, it } from 'vitest';
import { encodePng } from '../../dist/frames/picture_file.js';
import { assertWholePng, pngText, withPngText } from '../../dist/frames/png_chunks.js';
import { createPicture } from '../../dist/picture.js';

const png = await encodePng(createPicture(8, 8), 16);

describe('chunks of a PNG', () => {
  it('are whole as they are written', () => {
    expect(() => assertWholePng(png)).not.toThrow();
  });

  it('tell of every bit that is another, and of a missing end', () => {
    for (let bit = 0; bit < 8 * png.length; bit++) {
      const damaged = Buffer.from(png);
      damaged[bit >> 3] ^= 1 << (bit & 7);
      expect(() => assertWholePng(damaged), `bit ${bit}`).toThrow();
    }
    for (let length = 0; length < png.length; length++)
      expect(() => assertWholePng(png.subarray(0, length))).toThrow();
  });

  it('have room for a text', () => {
    const told = withPngText(png, 'flow-crc32', 'cbf43926');
    expect(pngText(told, 'flow-crc32')).toBe('cbf43926');
    expect(pngText(told, 'flow')).toBeUndefined();
    expect(pngText(png, 'flow-crc32')).toBeUndefined();
  });
});
