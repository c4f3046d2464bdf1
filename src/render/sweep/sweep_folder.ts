import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { invalidArgument, NstError } from '../../error.js';
import { writeAtomic, writeError } from '../../frames/atomic.js';
import { contactSheet } from '../../frames/contact_sheet.js';
import { assertFileTarget } from '../../frames/output_target.js';
import { writeStill } from '../../frames/still_file.js';
import { createPicture, type Picture } from '../../picture.js';
import type { Variant } from './variants.js';

/** What comes of a sweep. */
export interface SweepResult {
  /** The contact sheet; it lies in a folder with `sweep.json` and what each variant became. */
  readonly output: string;
  /** The variants in the order of the sheet. */
  readonly variants: readonly SweptVariant[];
  /** Wall time of this run, s. */
  readonly seconds: number;
}

/** One variant of a sweep. */
export interface SweptVariant {
  /** What stands below it on the sheet. */
  readonly label: string;
  /** The values it was painted with, by the options' names without dashes. */
  readonly set: Readonly<Record<string, string>>;
  /** The picture or film. */
  readonly path: string;
  /** Energy of the picture, or of the film's last frame; undefined where nothing was painted. */
  readonly energy: number | undefined;
}

/** Width of a sheet that cells are made smaller for, px; but not narrower than the least. */
const WIDTH = 1800;
const NARROWEST = 200;
/** Longest part of a label in a file's name. */
const NAME = 60;

/** The folder of a sweep: what each variant became, the sheet, and at the end what they were. */
export class SweepFolder {
  private constructor(readonly path: string) {}

  get sheet(): string {
    return join(this.path, 'sheet.png');
  }

  /**
   * Makes the folder, by default `photo.sweep` beside the input.
   * @throws NstError usage INVALID_ARGUMENT for the name of a file; input OUTPUT_EXISTS where a sweep was finished there,
   *   OUTPUT_NOT_WRITABLE.
   */
  static async open(input: string, output: unknown, overwrite: boolean): Promise<SweepFolder> {
    const stem = basename(input, extname(input));
    const path = typeof output === 'string' ? output : join(dirname(input), `${stem}.sweep`);
    if (/\.(png|jpe?g|webp|tiff?|mp4|m4v|mov|mkv|webm|gif)$/i.test(path))
      throw invalidArgument('--output', 'a folder with --sweep', path);
    assertFileTarget('--output', path);
    const folder = new SweepFolder(path);
    if (existsSync(join(path, 'sweep.json')) && !overwrite)
      throw new NstError(
        'input',
        'OUTPUT_EXISTS',
        `${path} has a sweep in it already. To replace it add --overwrite.`,
      );
    await mkdir(path, { recursive: true }).catch((error) => {
      throw writeError(error, path);
    });
    return folder;
  }

  /** `01-style-weight-10.png`: what the k-th variant becomes. */
  file(k: number, { label }: Variant, extension: string): string {
    const name = label.replaceAll(/[^\p{L}\p{N}.+-]+/gu, '-').slice(0, NAME);
    return join(this.path, `${String(k + 1).padStart(2, '0')}-${name}${extension}`);
  }

  /** Writes the sheet; cells that have no picture yet are grey. */
  async writeSheet(
    pictures: readonly (Picture | undefined)[],
    labels: readonly string[],
    columns: number,
  ): Promise<void> {
    const first = pictures.find((picture) => picture !== undefined) as Picture;
    const empty = createPicture(first.width, first.height);
    empty.data.fill(200);
    const rows = Math.ceil(labels.length / columns);
    const rowOf = <T>(list: readonly T[], r: number) => list.slice(r * columns, (r + 1) * columns);
    const shown = pictures.map((picture) => picture ?? empty);
    const sheet = contactSheet(
      Array.from({ length: rows }, (_, r) => rowOf(shown, r)),
      {
        cellWidth: Math.min(first.width, Math.max(NARROWEST, Math.floor(WIDTH / columns))),
        labels: Array.from({ length: rows }, (_, r) => rowOf(labels, r)),
      },
    );
    await writeStill(this.sheet, sheet);
  }

  /** Writes what the variants were, which finishes the sweep. */
  async finish(variants: readonly SweptVariant[]): Promise<void> {
    const listed = variants.map((v) => ({ ...v, path: basename(v.path) }));
    await writeAtomic(join(this.path, 'sweep.json'), `${JSON.stringify(listed, null, 2)}\n`);
  }
}
