import { existsSync } from 'node:fs';
import { type Manifest, readManifest } from '../work/manifest.js';
import { changedSettings, isSame } from '../work/reconcile.js';
import type { OpenOptions } from '../work/work_folder.js';
import { guardStranger, WorkFolder } from '../work/work_folder.js';

/** What a job would find in its work folder. */
export interface WorkPreview {
  readonly stored: Manifest | undefined;
  /** Whether frame `index` would be kept as it is. */
  isFinished(index: number): boolean;
  /** Whether source frames and flow that lie there would be used. */
  readonly keepsSources: boolean;
}

/**
 * What `openWorkFolder` would leave of a work folder, without taking its lock or touching it.
 *
 * @param wanted makes the manifest of the job; asked for only where there is one to compare it with.
 * @throws NstError as `openWorkFolder`, but for its lock and for what cannot be written.
 */
export async function previewWork(
  path: string,
  wanted: (stored: Manifest) => Promise<Manifest>,
  { restart, fromFrame }: Pick<OpenOptions, 'restart' | 'fromFrame'>,
): Promise<WorkPreview> {
  const folder = new WorkFolder(path);
  if (existsSync(path)) await guardStranger(folder);
  const stored = await readManifest(folder.manifest);
  const nothing = { stored: undefined, isFinished: () => false, keepsSources: false };
  if (!stored || restart) return nothing;
  const manifest = await wanted(stored);
  if ((await folder.finished()).length === 0 && !isSame(stored, manifest)) return nothing;
  const changed = changedSettings(path, stored, manifest, { fromFrame });
  const { repaint } = stored;
  // Frames that an earlier --from-frame was cut off removing are as good as gone.
  const gone = repaint?.pending ? repaint.from : Number.POSITIVE_INFINITY;
  const goingOn = fromFrame === undefined || (changed.length === 0 && repaint?.from === fromFrame);
  const end = Math.min(gone, goingOn ? Number.POSITIVE_INFINITY : fromFrame);
  return { stored, isFinished: (index) => index < end && folder.isFinished(index), keepsSources: true };
}
