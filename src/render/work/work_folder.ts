import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rm, unlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { NstError } from '../../error.js';
import { writeAtomic } from '../../frames/atomic.js';
import { takeLock } from './lock.js';
import { differences, foreign, type Manifest, readManifest, writeManifest } from './manifest.js';

/** Frame numbers have at least six digits and grow beyond: names sort up to a million and never clash. */
export const frameName = (index: number): string => String(index).padStart(6, '0');

/** The files of a work folder. A file that has its final name is whole: all are written aside and renamed. */
export class WorkFolder {
  constructor(readonly path: string) {}

  get manifest(): string {
    return join(this.path, 'manifest.json');
  }
  /** Where shots begin, JSON, as far as the film was looked at. */
  get shots(): string {
    return join(this.path, 'shots.json');
  }
  get lock(): string {
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

  /** Names the folder of pictures that is being written: a job cut off then may go on writing there. */
  get writingPictures(): string {
    return join(this.path, 'writing-pictures');
  }

  /** Whether an earlier run of this job was cut off while it wrote pictures into `output`. */
  wasWritingPictures(output: string): boolean {
    return existsSync(this.writingPictures) && readFileSync(this.writingPictures, 'utf8') === resolve(output);
  }

  isFinished(index: number): boolean {
    return existsSync(this.stylised(index));
  }

  /** Numbers of the finished frames, ascending. */
  async finished(): Promise<number[]> {
    const names = await readdir(join(this.path, 'stylised')).catch(() => []);
    return names
      .filter((n) => /^\d{6,}\.png$/.test(n))
      .map((n) => Number.parseInt(n, 10))
      .sort((a, b) => a - b);
  }

  async createFolders(): Promise<void> {
    for (const name of FOLDERS) await mkdir(join(this.path, name), { recursive: true });
  }

  /** Removes painted frames from `from` on, and flow too where another estimator was asked for. */
  async removeFrom(from: number, alsoFlow: boolean): Promise<void> {
    const folders = alsoFlow ? ['stylised', 'energies', 'flow'] : ['stylised', 'energies'];
    for (const folder of folders)
      for (const name of await readdir(join(this.path, folder)).catch(() => []))
        if (lastFrame(name) >= from) await unlink(join(this.path, folder, name));
  }

  /** Removes all that this program keeps here, and nothing else. */
  async clear(): Promise<void> {
    // The manifest goes last: a folder with frames but no manifest would look like a stranger's.
    for (const name of FOLDERS) await rm(join(this.path, name), { recursive: true, force: true });
    await rm(this.writingPictures, { force: true });
    await rm(this.shots, { force: true });
    await rm(this.manifest, { force: true });
  }

  /** Removes what a killed process left half written; only for the holder of the lock. */
  async removeHalfWritten(): Promise<void> {
    for (const folder of FOLDERS)
      for (const name of await readdir(join(this.path, folder)).catch(() => []))
        if (TEMPORARY.test(name)) await unlink(join(this.path, folder, name));
  }

  async writeEnergies(index: number, record: unknown): Promise<void> {
    await writeAtomic(this.energies(index), Buffer.from(`${JSON.stringify(record)}\n`));
  }
}

/** The latest frame that a file is about: flow has two in its name, in either order. */
function lastFrame(name: string): number {
  const [, first, other = '0'] = name.match(/^(\d+)(?:-(\d+))?/) ?? [];
  return Math.max(Number(first), Number(other));
}

/** Names of files being written, as the writers of frames and flow choose them. */
const TEMPORARY = /^\..*\.tmp-|\.tmp$/;

const FOLDERS = ['frames', 'flow', 'stylised', 'energies'];

export interface OpenOptions {
  readonly restart: boolean;
  readonly fromFrame: number | undefined;
  readonly note: (message: string) => void;
}

/**
 * Opens the work folder for the job that `wanted` describes, making it where there is none, and holds its
 * lock until `release` is called.
 *
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
  const release = await takeLock(folder.lock);
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

/** A folder with things in it but no manifest is somebody else's. Throws `NstError` input WORK_FOLDER_BAD. */
export async function guardStranger(folder: WorkFolder): Promise<void> {
  const names = await readdir(folder.path);
  const ours = new Set([...FOLDERS, 'manifest.json', 'shots.json', 'writing-pictures']);
  const others = names.filter((n) => !ours.has(n) && !n.startsWith('lock') && !TEMPORARY.test(n));
  if (others.length > 0 && !names.includes('manifest.json'))
    throw new NstError(
      'input',
      'WORK_FOLDER_BAD',
      `${folder.path}: expected a work folder or an empty one, found ${others.slice(0, 3).join(', ')}`,
    );
}

async function reconcile(folder: WorkFolder, wanted: Manifest, options: OpenOptions): Promise<Manifest> {
  let stored = await readManifest(folder.manifest);
  if (stored && options.restart) {
    await folder.clear();
    stored = undefined;
  }
  if (!stored) {
    if (options.fromFrame)
      options.note(`--from-frame ${options.fromFrame}: nothing is stored yet, so there is nothing to keep`);
    await writeManifest(folder.manifest, wanted);
    return wanted;
  }
  // Settings of a job that never finished a frame bind nobody.
  if ((await folder.finished()).length === 0 && !isSame(stored, wanted)) {
    await folder.clear();
    await writeManifest(folder.manifest, wanted);
    return wanted;
  }
  const changed = changedSettings(folder.path, stored, wanted, options);
  if (stored.program !== wanted.program)
    options.note(
      `${folder.path} was begun by version ${stored.program}, this is ${wanted.program}: pictures may differ slightly`,
    );
  if (stored.runtime.name !== wanted.runtime.name)
    options.note(
      `${folder.path} was begun with ${stored.runtime.name}, this is ${wanted.runtime.name}: pictures may differ in their last bits`,
    );
  return repaint(folder, stored, wanted, changed, options);
}

/**
 * The picture settings that differ from those of stored frames, where --from-frame says what to do about them.
 * @throws NstError usage SETTINGS_CHANGED where it does not, or cannot.
 */
export function changedSettings(
  path: string,
  stored: Manifest,
  wanted: Manifest,
  { fromFrame }: Pick<OpenOptions, 'fromFrame'>,
): string[] {
  const strange = foreign(stored, wanted);
  // The size of the frames is among the settings too, and need not be told twice.
  const changed = differences(stored, wanted).filter(
    (line) => !(line.startsWith('--size:') && strange.some((other) => other.startsWith('--size:'))),
  );
  if (strange.length > 0 || (changed.length > 0 && fromFrame === undefined))
    throw new NstError(
      'usage',
      'SETTINGS_CHANGED',
      `${path}: its frames were made differently (${[...strange, ...changed].join('; ')}); ` +
        (strange.length > 0
          ? 'give --restart to throw them away, or another --output'
          : 'give --restart to throw them away, --from-frame K to keep those before K, or another --output'),
    );
  return changed;
}

export const isSame = (stored: Manifest, wanted: Manifest): boolean =>
  [...foreign(stored, wanted), ...differences(stored, wanted)].length === 0;

/** Carries out --from-frame so that stopping at any moment leaves either the old state or the way to the new one. */
async function repaint(
  folder: WorkFolder,
  stored: Manifest,
  wanted: Manifest,
  changed: readonly string[],
  options: OpenOptions,
): Promise<Manifest> {
  const from = options.fromFrame;
  const finish = async (manifest: Manifest, alsoFlow: boolean): Promise<Manifest> => {
    if (!manifest.repaint?.pending) return manifest;
    await folder.removeFrom(manifest.repaint.from, alsoFlow);
    const done = { ...manifest, repaint: { from: manifest.repaint.from, pending: false } };
    await writeManifest(folder.manifest, done);
    return done;
  };
  // An earlier --from-frame was cut off before its old frames were gone; flow is made again, which is always right.
  const current = await finish(stored, true);
  const goingOn = changed.length === 0 && current.repaint?.from === from;
  if (from === undefined || goingOn) {
    const { program, settings, input } = wanted;
    const updated = { ...current, program, settings, input };
    await writeManifest(folder.manifest, updated);
    return updated;
  }
  const kept = (await folder.finished()).filter((i) => i < from).length;
  options.note(`keeping ${kept} stored frames before ${from}, repainting from there`);
  const next: Manifest = { ...wanted, runtime: stored.runtime, repaint: { from, pending: true } };
  await writeManifest(folder.manifest, next);
  return finish(
    next,
    changed.some((c) => c.startsWith('--flow')),
  );
}
