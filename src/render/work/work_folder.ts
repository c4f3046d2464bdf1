import { readFileSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { NstError } from '../../error.js';
import type { FrameRange } from '../../frames/ranges.js';
import { printable } from '../../printable.js';
import { isThere, namesIn, removeFile } from '../../there.js';
import { writeEnergies } from './energy_record.js';
import { type Lease, takeLease } from './lease.js';
import type { Manifest } from './manifest.js';
import {
  FOLDERS,
  frameName,
  frameOf,
  nameBehind,
  ownNames,
  removeEmpty,
  removeOwn,
  removeTemporaries,
  requireFolder,
} from './own_files.js';
import { reconcile } from './reconcile.js';

export { frameName };

const passName = (pass: number): string => String(pass).padStart(2, '0');
/** A pass as `passName` writes it. */
const PASS = /^(?:\d{2}|[1-9]\d{2,3})$/;

/** The files of a work folder. A file that has its final name is whole: all are written aside and renamed. */
export class WorkFolder {
  /** The lease under which this process works here; undefined for whoever only reads. */
  held: Pick<Lease, 'assertHeld'> | undefined;

  constructor(readonly path: string) {}

  get manifest(): string {
    return join(this.path, 'manifest.json');
  }
  /** All that is known of the source film, JSON. */
  get media(): string {
    return join(this.path, 'film.json');
  }
  /** Where shots begin, JSON, as far as the film was looked at. */
  get shots(): string {
    return join(this.path, 'shots.json');
  }
  /** How light the film is outside the ranges of a job, JSON. */
  get lightBeyond(): string {
    return join(this.path, 'light.json');
  }
  /** The lease of whoever works here. */
  get lease(): string {
    return join(this.path, 'lock');
  }
  /** The source frame, scaled, 16-bit PNG. */
  frame(index: number): string {
    return join(this.path, 'frames', `${frameName(index)}.png`);
  }
  /** The source frame's alpha, 16-bit grey PNG, 65535 = opaque; only of films that have one. */
  alpha(index: number): string {
    return join(this.path, 'frames', `${frameName(index)}.alpha.png`);
  }
  /** Pixels of the source that speak for the colours of the shot that `first` was found to begin, 16-bit PNG. */
  shotColours(first: number): string {
    return join(this.path, 'colours', `${frameName(first)}.png`);
  }
  /** The frames that such pixels are named after, ascending. */
  async sampledShots(): Promise<number[]> {
    return this.pictures('colours');
  }
  /** Flow from frame `from` to frame `to`, `.flo`. */
  flow(from: number, to: number): string {
    return join(this.path, 'flow', `${frameName(from)}-${frameName(to)}.flo`);
  }
  /** Its certainty, 16-bit grey PNG, 65535 = certain. */
  certainty(from: number, to: number): string {
    return join(this.path, 'flow', `${frameName(from)}-${frameName(to)}.certainty.png`);
  }
  /** The painted frame, 16-bit PNG: its presence says that the frame is finished. */
  stylised(index: number): string {
    return join(this.path, 'stylised', `${frameName(index)}.png`);
  }
  /** How its energy fell, JSON. */
  energies(index: number): string {
    return join(this.path, 'energies', `${frameName(index)}.json`);
  }

  /** The frame as pass `pass` painted it, 16-bit PNG; the last pass of a film paints `stylised`. */
  passPicture(pass: number, index: number): string {
    return join(this.path, 'passes', passName(pass), `${frameName(index)}.png`);
  }
  /** How its energy fell, JSON. */
  passEnergies(pass: number, index: number): string {
    return join(this.path, 'passes', passName(pass), `${frameName(index)}.json`);
  }

  /** What a mask is at a frame, PNG: grey, 65535 = 1, or the frame of a film that is one. */
  mask(index: number, name: string): string {
    return join(this.path, 'masks', `${frameName(index)}.${name}.png`);
  }

  /** Passes before the last that have a folder here, ascending. */
  async passNumbers(): Promise<number[]> {
    const names = await namesIn(join(this.path, 'passes'));
    return names
      .filter((n) => PASS.test(n))
      .map(Number)
      .sort((a, b) => a - b);
  }

  /** Whether anything is painted, be it in the first of many passes. */
  async hasPainted(): Promise<boolean> {
    if ((await this.finished()).length > 0) return true;
    for (const pass of await this.passNumbers()) if ((await this.paintedIn(pass)).length > 0) return true;
    return false;
  }

  /** Numbers of the frames that are stored of a pass before the last, ascending. */
  async paintedIn(pass: number): Promise<number[]> {
    return this.pictures(join('passes', passName(pass)));
  }

  /** Names the folder of pictures that is being written: a job cut off then may go on writing there. */
  get writingPictures(): string {
    return join(this.path, 'writing-pictures');
  }

  /** Whether an earlier run of this job was cut off while it wrote pictures into `output`. */
  wasWritingPictures(output: string): boolean {
    return isThere(this.writingPictures) && readFileSync(this.writingPictures, 'utf8') === resolve(output);
  }

  isFinished(index: number): boolean {
    return isThere(this.stylised(index));
  }

  /** Numbers of the finished frames, ascending. */
  async finished(): Promise<number[]> {
    return this.pictures('stylised');
  }

  /** Ascending. */
  private async pictures(folder: string): Promise<number[]> {
    const names = await ownNames(this.path, folder);
    return names.flatMap((name) => frameOf(name) ?? []).sort((a, b) => a - b);
  }

  /**
   * Makes sure that nothing here leads elsewhere: what is removed and written in a sub-folder is in this folder.
   * @throws NstError input WORK_FOLDER_BAD
   */
  async requireFolders(): Promise<void> {
    for (const name of FOLDERS) await requireFolder(join(this.path, name));
    for (const pass of await this.passNumbers()) await requireFolder(dirname(this.passPicture(pass, 0)));
  }

  async createFolders(): Promise<void> {
    for (const name of FOLDERS.filter((n) => !MADE_LATER.has(n)))
      await mkdir(join(this.path, name), { recursive: true });
  }

  /** Removes painted frames from `from` on, and flow too where another estimator was asked for. */
  async removeFrom(from: number, alsoFlow: boolean): Promise<void> {
    const folders = alsoFlow ? ['stylised', 'energies', 'flow'] : ['stylised', 'energies'];
    for (const folder of [...folders, 'colours', 'masks'])
      await removeOwn(this.path, folder, (name) => lastFrame(name) >= from);
  }

  /** Removes the frames of passes after `after`. */
  async removePasses(after = 0): Promise<void> {
    for (const pass of await this.passNumbers()) {
      if (pass <= after) continue;
      const folder = join('passes', passName(pass));
      await removeTemporaries(this.path, folder);
      await removeOwn(this.path, folder);
      await removeEmpty(join(this.path, folder));
    }
    await removeEmpty(join(this.path, 'passes'));
  }

  /** Removes flow, and what it carried along. */
  async removeFlow(): Promise<void> {
    for (const folder of ['flow', 'masks']) await removeOwn(this.path, folder);
  }

  /** Removes all that this program keeps here, and nothing else. */
  async clear(): Promise<void> {
    await this.removePasses();
    for (const folder of FOLDERS) {
      await removeTemporaries(this.path, folder);
      await removeOwn(this.path, folder);
      await removeEmpty(join(this.path, folder));
    }
    // The manifest goes last: a folder with frames but no manifest would look like a stranger's.
    for (const file of [this.writingPictures, this.shots, this.lightBeyond, this.media, this.manifest])
      await removeFile(file);
  }

  /** Removes what a killed process left half written; only for the holder of the lease. */
  async removeHalfWritten(): Promise<void> {
    const passes = (await this.passNumbers()).map((pass) => join('passes', passName(pass)));
    for (const folder of [...FOLDERS, ...passes]) await removeTemporaries(this.path, folder);
  }

  async writeEnergies(index: number, record: object): Promise<void> {
    await this.held?.assertHeld();
    await writeEnergies(this.energies(index), record);
  }
}

/** The latest frame that a file is about: flow has two in its name, in either order. */
function lastFrame(name: string): number {
  const [, first, other = '0'] = name.match(/^(\d+)(?:-(\d+))?/) ?? [];
  return Math.max(Number(first), Number(other));
}

/** Those that few jobs need. */
const MADE_LATER = new Set(['masks', 'colours', 'passes']);

export interface OpenOptions {
  readonly restart: boolean;
  readonly fromFrame: number | undefined;
  /** The pass to go on from, and the frames that it must have. */
  readonly continuePass?: { readonly pass: number; readonly ranges: readonly FrameRange[] };
  readonly note: (message: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens the work folder for the job that `wanted` describes, making it where there is none, and holds its
 * lease until `release` is called.
 *
 * @throws NstError input WORK_FOLDER_BAD as guardStranger, readManifest and reconcile.
 * @throws NstError usage SETTINGS_CHANGED naming every picture setting that differs from the stored frames'.
 * @throws NstError resources WORK_FOLDER_LOCKED while another process works there.
 * @throws NstError input OUTPUT_NOT_WRITABLE where the folder cannot be made.
 */
export async function openWorkFolder(
  path: string,
  wanted: Manifest,
  options: OpenOptions,
): Promise<{ folder: WorkFolder; manifest: Manifest; release: () => Promise<void> }> {
  const folder = new WorkFolder(path);
  try {
    await mkdir(path, { recursive: true });
    await guardStranger(folder);
  } catch (error) {
    if (error instanceof NstError) throw error;
    const message = `${path}: cannot make the work folder here; expected a folder that can be written`;
    throw new NstError('input', 'OUTPUT_NOT_WRITABLE', message, { cause: error });
  }
  const { note, signal } = options;
  const lease = await takeLease(folder.lease, { note, signal });
  folder.held = lease;
  const release = () => lease.release();
  try {
    const manifest = await reconcile(folder, wanted, options);
    await folder.createFolders();
    await folder.removeHalfWritten();
    return { folder, manifest, release };
  } catch (error) {
    await release();
    throw error;
  }
}

/** What lies in a work folder beside its sub-folders. */
const FILES = ['manifest.json', 'film.json', 'shots.json', 'light.json', 'writing-pictures'];

/**
 * Refuses what is no work folder: a folder with things in it but no manifest is somebody else's, and sub-folders that
 * are links lead to somebody else's.
 * @throws NstError input WORK_FOLDER_BAD.
 */
export async function guardStranger(folder: WorkFolder): Promise<void> {
  const names = await readdir(folder.path);
  const ours = new Set([...FOLDERS, ...FILES]);
  const others = names
    .map((name) => nameBehind(name) ?? name)
    .filter((name) => !ours.has(name) && !name.startsWith('lock'));
  if (others.length > 0 && !names.includes('manifest.json'))
    throw new NstError(
      'input',
      'WORK_FOLDER_BAD',
      `${folder.path}: expected a work folder or an empty one, found ${others.slice(0, 3).map(printableName).join(', ')}`,
    );
  await folder.requireFolders();
}

const printableName = (name: string): string => printable(name, 80);
