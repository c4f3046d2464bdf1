import { luma, type Picture } from '../../picture.js';

/** How much of a grid of 8 px is in a film: of photographs and paintings each is about 1. */
export interface BlockEdges {
  /** Mean step of luma into columns 8k from the ones before, divided by the mean step into all others. */
  readonly columns: number;
  /** The same of rows. */
  readonly rows: number;
}

const SIDE = 8;

/** Sums the steps of luma from pixel to pixel, at block edges and elsewhere, over the pictures of a film. */
export class BlockEdgeMeasure {
  readonly #columns = new Steps();
  readonly #rows = new Steps();

  add(picture: Picture): void {
    const { width, height, data } = luma(picture);
    for (let y = 0; y < height; y++)
      for (let x = 0, p = y * width; x < width; x++, p++) {
        if (x > 0) this.#columns.add(x, Math.abs(data[p] - data[p - 1]));
        if (y > 0) this.#rows.add(y, Math.abs(data[p] - data[p - width]));
      }
  }

  /** Undefined where there are no blocks, or nothing but one flat colour. */
  ratios(): BlockEdges | undefined {
    const [columns, rows] = [this.#columns.ratio(), this.#rows.ratio()];
    return columns === undefined || rows === undefined ? undefined : { columns, rows };
  }
}

class Steps {
  #edges = 0;
  #atEdges = 0;
  #others = 0;
  #elsewhere = 0;

  add(place: number, step: number): void {
    if (place % SIDE === 0) {
      this.#edges++;
      this.#atEdges += step;
    } else {
      this.#others++;
      this.#elsewhere += step;
    }
  }

  ratio(): number | undefined {
    if (this.#edges === 0 || this.#elsewhere === 0) return undefined;
    return this.#atEdges / this.#edges / (this.#elsewhere / this.#others);
  }
}
