import { type Piece, passOrder } from '../../temporal/passes.js';
import { isThere } from '../../there.js';
import { passesOf } from '../work/continue_pass.js';
import { type Manifest, readManifest } from '../work/manifest.js';
import { PassFiles, type Standing } from '../work/pass_files.js';
import { changedSettings, isSame, refuseUnknown } from '../work/reconcile.js';
import type { OpenOptions } from '../work/work_folder.js';
import { guardStranger, WorkFolder } from '../work/work_folder.js';

/** What a job would find in its work folder. */
export interface WorkPreview {
  readonly stored: Manifest | undefined;
  /** Whether frame `index` would be kept as it is. */
  isFinished(index: number): boolean;
  /** Where a piece would stand, in so many passes. */
  standing(piece: Piece, passes: number): Standing;
  /** The pass that --continue-pass would go back to, of how many there are stored. */
  readonly goneBack?: { readonly pass: number; readonly of: number };
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
  {
    restart,
    fromFrame,
    continuePass,
  }: Pick<OpenOptions, 'restart' | 'fromFrame'> & { readonly continuePass?: number | undefined },
): Promise<WorkPreview> {
  const folder = new WorkFolder(path);
  if (isThere(path)) await guardStranger(folder);
  const stored = restart ? undefined : await readManifest(folder.manifest);
  const nothing = {
    stored: undefined,
    isFinished: () => false,
    standing: (piece: Piece) => ({ pass: 1, todo: passOrder(piece, 1) }),
    keepsSources: false,
  };
  if (!stored) {
    if (!restart) await refuseUnknown(folder);
    return nothing;
  }
  const manifest = await wanted(stored);
  if (!(await folder.hasPainted()) && !isSame(stored, manifest)) return nothing;
  const changed = changedSettings(path, stored, manifest, { fromFrame, continuePass });
  const { repaint } = stored;
  // Frames that an earlier --from-frame was cut off removing are as good as gone.
  const gone = repaint?.pending ? repaint.from : Number.POSITIVE_INFINITY;
  const goingOn = fromFrame === undefined || (changed.length === 0 && repaint?.from === fromFrame);
  const end = Math.min(gone, goingOn ? Number.POSITIVE_INFINITY : fromFrame);
  const { continued } = stored;
  const goingBack = continuePass !== undefined && !(changed.length === 0 && continued?.pass === continuePass);
  const goneBack = goingBack ? { pass: continuePass, of: passesOf(stored) } : undefined;
  const back = goneBack ?? (continued?.pending ? continued : undefined);
  return {
    stored,
    isFinished: (index) => !back && index < end && folder.isFinished(index),
    standing: (piece, passes) =>
      back
        ? { pass: back.pass + 1, todo: passOrder(piece, back.pass + 1) }
        : new PassFiles(folder, passes).standing(piece),
    goneBack,
    keepsSources: true,
  };
}
