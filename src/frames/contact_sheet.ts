import { invalidArgument } from '../error.js';
import { createPicture, type Picture } from '../picture.js';
import { labelled } from './label.js';
import { resizePicture } from './resize.js';

export interface ContactSheetOptions {
  /** Pixels of white between and around the cells. Default 4. */
  readonly gap?: number;
  /** Width of each cell in pixels; by default the first picture's. */
  readonly cellWidth?: number;
  /** What stands below each picture, in the order of `rows`. */
  readonly labels?: readonly (readonly string[])[];
}

const PAPER = 255;

/**
 * Pictures side by side in rows, e.g. originals above painted frames. All cells have one width; a row is as high
 * as its highest picture, which stay at its top.
 *
 * @throws NstError usage INVALID_ARGUMENT where there is no picture.
 */
export function contactSheet(
  rows: readonly (readonly Picture[])[],
  options: ContactSheetOptions = {},
): Picture {
  const first = rows.find((row) => row.length > 0)?.[0];
  if (!first) throw invalidArgument('contact sheet', 'at least one picture', 'none');
  const { gap = 4, cellWidth = first.width, labels } = options;
  const cells = rows.map((row, r) =>
    row.map((picture, column) => {
      const height = Math.max(1, Math.round((picture.height * cellWidth) / picture.width));
      const cell = resizePicture(picture, cellWidth, height);
      const text = labels?.[r]?.[column];
      return text === undefined ? cell : labelled(cell, text);
    }),
  );
  const heights = cells.map((row) => Math.max(0, ...row.map((cell) => cell.height)));
  const columns = Math.max(...cells.map((row) => row.length));
  const height = heights.reduce((sum, rowHeight) => sum + rowHeight + gap, gap);
  const sheet = createPicture(columns * (cellWidth + gap) + gap, height);
  sheet.data.fill(PAPER);
  let top = gap;
  cells.forEach((row, r) => {
    row.forEach((cell, column) => {
      paste(sheet, cell, gap + column * (cellWidth + gap), top);
    });
    top += heights[r] + gap;
  });
  return sheet;
}

function paste(sheet: Picture, cell: Picture, left: number, top: number): void {
  for (let plane = 0; plane < 3; plane++) {
    for (let y = 0; y < cell.height; y++) {
      const from = (plane * cell.height + y) * cell.width;
      const to = (plane * sheet.height + top + y) * sheet.width + left;
      sheet.data.set(cell.data.subarray(from, from + cell.width), to);
    }
  }
}
