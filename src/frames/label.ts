import { createPicture, type Picture } from '../picture.js';
import { hasDot, LETTER } from './letters.js';

/** How a text is drawn. The letters are our own: those of systems differ, and small servers have none. */
export interface LabelOptions {
  /** Width of the label, px; the text is broken between words to fit, and within words that are longer. */
  readonly width: number;
  /** Pixels of each dot of a letter: a line is ten dots high. By default 2, on narrow labels 1. */
  readonly scale?: number;
  /** Grey level of the paper, 0..255. By default white; the letters are black on light paper, white on dark. */
  readonly paper?: number;
}

/** Dots from line to line. */
const LINE = LETTER.height + 2;
/** Labels narrower than this have small letters, px. */
const NARROW = 200;

/** A text as a picture of the given width, as high as its lines. */
export function label(text: string, { width, scale, paper = 255 }: LabelOptions): Picture {
  const dot = scale ?? (width < NARROW ? 1 : 2);
  const perLine = Math.max(1, Math.floor((width / dot - 1) / LETTER.pitch));
  const lines = text.split('\n').flatMap((line) => broken(plain(line), perLine));
  const picture = createPicture(width, lines.length * LINE * dot);
  picture.data.fill(paper);
  const ink = paper < 128 ? 255 : 0;
  lines.forEach((line, row) => {
    for (let k = 0; k < line.length; k++)
      drawLetter(picture, line[k], {
        left: (1 + k * LETTER.pitch) * dot,
        top: (row * LINE + 1) * dot,
        dot,
        ink,
      });
  });
  return picture;
}

/** A picture with a text below it. */
export function labelled(picture: Picture, text: string, options: Omit<LabelOptions, 'width'> = {}): Picture {
  const { width } = picture;
  const below = label(text, { ...options, width });
  const out = createPicture(width, picture.height + below.height);
  for (let plane = 0; plane < 3; plane++) {
    const top = plane * width * out.height;
    const rows = (of: Picture) =>
      of.data.subarray(plane * width * of.height, (plane + 1) * width * of.height);
    out.data.set(rows(picture), top);
    out.data.set(rows(below), top + width * picture.height);
  }
  return out;
}

/** What has no letter of ours in its nearest that has: accents are left out. */
function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[–—−]/g, '-')
    .replaceAll(/[×·]/g, (c) => (c === '×' ? 'x' : '-'));
}

function broken(text: string, most: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line ? `${line} ${word}` : word;
    if (longer.length <= most) {
      line = longer;
      continue;
    }
    if (line) lines.push(line);
    line = word;
    while (line.length > most) {
      lines.push(line.slice(0, most));
      line = line.slice(most);
    }
  }
  return [...lines, line];
}

function drawLetter(
  picture: Picture,
  letter: string,
  { left, top, dot, ink }: Readonly<Record<'left' | 'top' | 'dot' | 'ink', number>>,
): void {
  const { width, height, data } = picture;
  for (let y = 0; y < LETTER.height * dot; y++) {
    for (let x = 0; x < LETTER.width * dot && left + x < width; x++) {
      if (!hasDot(letter, Math.floor(x / dot), Math.floor(y / dot))) continue;
      for (let plane = 0; plane < 3; plane++) data[(plane * height + top + y) * width + left + x] = ink;
    }
  }
}
