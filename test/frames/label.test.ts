import { describe, expect, it } from 'vitest';
import { contactSheet } from '../../dist/frames/contact_sheet.js';
import { label, labelled } from '../../dist/frames/label.js';
import { hasDot, LETTER } from '../../dist/frames/letters.js';
import { createPicture } from '../../dist/picture.js';

const ASCII = Array.from({ length: 95 }, (_, k) => String.fromCharCode(32 + k));

const dotsOf = (letter: string) =>
  Array.from({ length: LETTER.height }, (_, y) =>
    Array.from({ length: LETTER.width }, (_, x) => (hasDot(letter, x, y) ? '#' : '.')).join(''),
  ).join('\n');

describe('letters', () => {
  it('are all different', () => {
    expect(new Set(ASCII.map(dotsOf)).size).toBe(95);
    expect(dotsOf(' ')).not.toContain('#');
  });

  it('are where their codes say', () => {
    expect(dotsOf('L').trim().split('\n').slice(0, 7)).toEqual([...new Array(6).fill('#....'), '#####']);
    expect(dotsOf('_').split('\n')[6]).toBe('#####');
    expect(dotsOf('€')).toBe(dotsOf('?'));
  });
});

describe('label', () => {
  it('draws dots of the given size, black on white', () => {
    const { width, height, data } = label('l', { width: 30, scale: 2 });
    expect([width, height]).toEqual([30, 20]);
    const at = (x: number, y: number) => data[y * width + x];
    // The stem of an l is in its third column: dots 3 from the left, from the second line of dots on.
    expect([at(5, 4), at(6, 4), at(7, 5), at(8, 4)]).toEqual([255, 0, 0, 255]);
    expect(data.every((v) => v === 0 || v === 255)).toBe(true);
  });

  it('breaks between words, and within those that are too long; accents are left out', () => {
    expect(label('one two', { width: 26, scale: 1 }).height).toBe(20);
    expect(label('abcdefghij', { width: 31, scale: 1 }).height).toBe(20);
    expect(label('Müller', { width: 40, scale: 1 })).toEqual(label('Muller', { width: 40, scale: 1 }));
  });

  it('is white on dark paper', () => {
    const { data } = label('x', { width: 20, scale: 1, paper: 0 });
    expect([Math.min(...data), Math.max(...data)]).toEqual([0, 255]);
  });
});

describe('a labelled picture', () => {
  it('has itself on top and the text below', () => {
    const grey = createPicture(40, 10);
    grey.data.fill(100);
    const out = labelled(grey, 'ab', { scale: 1 });
    expect([out.width, out.height]).toEqual([40, 20]);
    for (let plane = 0; plane < 3; plane++) {
      const rows = out.data.subarray(plane * 800, (plane + 1) * 800);
      expect(rows.subarray(0, 400).every((v) => v === 100)).toBe(true);
      expect(new Set(rows.subarray(400))).toEqual(new Set([0, 255]));
    }
  });

  it('stands on a contact sheet at the size of the letters, whatever the size of the cells', () => {
    const grey = createPicture(80, 40);
    const sheet = contactSheet([[grey, grey]], { gap: 0, cellWidth: 40, labels: [['weight 10', 'b']] });
    expect([sheet.width, sheet.height]).toEqual([80, 20 + 20]); // two lines at 6 letters a line
  });
});
