import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readPicture } from '../../dist/frames/picture_file.js';
import { refersElsewhere } from '../../dist/frames/svg_references.js';
import { scratchFolder } from '../support/program.js';

const drawing = (inside: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="16" height="16">${inside}</svg>`;

describe('drawings', () => {
  it.each([
    '<image href="a.png"/>',
    "<image xlink:href = 'a.png'/>",
    '<image href="file:///a.png"/>',
    '<style>@import "a.css";</style>',
    '<rect style="fill:url(a.svg#b)"/>',
  ])('that take parts from other files are found: %s', (inside) => {
    expect(refersElsewhere(Buffer.from(drawing(inside)))).toBe(true);
    expect(refersElsewhere(gzipSync(drawing(inside)))).toBe(true);
    expect(refersElsewhere(Buffer.from(`\ufeff${drawing(inside)}`, 'utf16le'))).toBe(true);
  });

  it.each([
    '<use href="#a"/>',
    '<image href="data:image/png;base64,AA=="/>',
    '<a href="https://example.org"/>',
    '<rect style="fill:url(#b)"/>',
  ])('that are whole are not: %s', (inside) => {
    expect(refersElsewhere(Buffer.from(drawing(inside)))).toBe(false);
  });

  it('are read where they are whole, and refused else', async () => {
    const file = join(scratchFolder(), 'a.svg');
    writeFileSync(file, drawing('<rect width="9" height="9"/>'));
    expect((await readPicture(file)).width).toBe(16);
    writeFileSync(file, drawing('<image href="b.png"/>'));
    await expect(readPicture(file)).rejects.toMatchObject({
      ...{ kind: 'input', code: 'PICTURE_UNREADABLE' },
      message: expect.stringContaining(`${file} is a drawing with parts in other files`),
    });
  });
});
