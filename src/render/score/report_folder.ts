import { existsSync } from 'node:fs';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { NstError } from '../../error.js';
import { temporaryName, writeAtomic, writeError } from '../../frames/atomic.js';
import { writeStill } from '../../frames/still_file.js';
import type { Picture } from '../../picture.js';

/** What the folder's own pictures are named: the map, and six for each of the worst frames. */
const PICTURE = /^(?:flicker|\d{6,}-[a-z]+)\.png$/;

/** The folder that `nst-video score -o` writes. The page has its name only when all it shows is there. */
export class ReportFolder {
  private constructor(readonly path: string) {}

  get page(): string {
    return join(this.path, 'report.html');
  }
  get json(): string {
    return join(this.path, 'score.json');
  }

  /**
   * Finds out before the work begins whether a report can be written there.
   *
   * @throws NstError input OUTPUT_EXISTS where there is a report and `overwrite` is not set, OUTPUT_NOT_WRITABLE;
   *   resources DISK_FULL.
   */
  static async open(path: string, { overwrite }: { readonly overwrite: boolean }): Promise<ReportFolder> {
    const folder = new ReportFolder(path.replace(/(?<=.)[\\/]+$/, ''));
    if (!overwrite && (existsSync(folder.page) || existsSync(folder.json)))
      throw new NstError(
        'input',
        'OUTPUT_EXISTS',
        `${path} has a report in it already. To replace it add --overwrite.`,
      );
    try {
      await mkdir(join(folder.path, 'pictures'), { recursive: true });
      const trial = temporaryName(folder.page);
      await (await open(trial, 'wx')).close();
      await rm(trial);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST')
        throw new NstError('input', 'OUTPUT_NOT_WRITABLE', `${path}: expected a folder, found a file`);
      throw writeError(error, path);
    }
    return folder;
  }

  /** Removes an older report, its page first. */
  async clear(): Promise<void> {
    await rm(this.page, { force: true });
    await rm(this.json, { force: true });
    const pictures = join(this.path, 'pictures');
    for (const name of await readdir(pictures))
      if (PICTURE.test(name) || /^\..*\.tmp-/.test(name)) await rm(join(pictures, name));
  }

  /** Writes a picture of the page; returns its name as the page has it. */
  async writePicture(name: string, picture: Picture): Promise<string> {
    await writeStill(join(this.path, 'pictures', `${name}.png`), picture);
    return `pictures/${name}.png`;
  }

  async writeJson(report: unknown): Promise<void> {
    await writeAtomic(this.json, `${JSON.stringify(report, null, 2)}\n`);
  }

  async writePage(html: string): Promise<void> {
    await writeAtomic(this.page, html);
  }
}
