import { contactSheet } from '../../frames/contact_sheet.js';
import type { Picture } from '../../picture.js';
import type { Seen } from './inside.js';

/** What a look has made. */
export interface Sheet {
  readonly picture: Picture;
  readonly seen: readonly Seen[];
}

/** Sheets are no wider than this, px, unless a single cell is. */
const WIDEST = 960;
const GAP = 4;

/** How many columns of cells a sheet has: as few as fill the rows that the widest sheet would have. */
export function columnsOf(cells: number, cellWidth: number): number {
  const most = Math.max(1, Math.floor((WIDEST - GAP) / (cellWidth + GAP)));
  return Math.ceil(cells / Math.ceil(cells / most));
}

/** Three significant digits. */
export function shown(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** Cells with their labels in as many rows as they take; each cell is a column of pictures, the label under the last. */
export function gridSheet(
  cells: readonly { readonly pictures: readonly Picture[]; readonly label: string }[],
  cellWidth: number,
): Picture {
  const columns = columnsOf(cells.length, cellWidth);
  const rows: Picture[][] = [];
  const labels: string[][] = [];
  for (let from = 0; from < cells.length; from += columns) {
    const here = cells.slice(from, from + columns);
    const deepest = here[0].pictures.length;
    for (let k = 0; k < deepest; k++) {
      rows.push(here.map(({ pictures }) => pictures[k]));
      labels.push(k === deepest - 1 ? here.map(({ label }) => label) : []);
    }
  }
  return contactSheet(rows, { cellWidth, gap: GAP, labels });
}
