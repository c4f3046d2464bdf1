import { mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { NstError } from '../../error.js';
import { type FrameRange, frameNumbers } from '../../frames/ranges.js';
import { isThere } from '../../there.js';
import type { Manifest } from './manifest.js';
import { ownNames, removeOwn } from './own_files.js';
import type { WorkFolder } from './work_folder.js';

/** How often the frames of a work folder were painted. */
export const passesOf = ({ picture }: Manifest): number => Number(picture['--passes']?.identity ?? 1);

/** A stored frame of a pass; that of the last one is the film's. */
function picture(folder: WorkFolder, pass: number, passes: number, frame: number): string {
  const kept = folder.passPicture(pass, frame);
  // Of a last pass that is being made one among others, some frames may have moved already.
  return pass === passes && !isThere(kept) ? folder.stylised(frame) : kept;
}

/**
 * Makes sure that every frame of a pass is there to go on from.
 * @param passes How many passes the frames that are stored were to go through.
 * @throws NstError usage PASS_MISSING naming the first frame that is not.
 */
export function requirePass(
  folder: WorkFolder,
  pass: number,
  passes: number,
  ranges: readonly FrameRange[],
): void {
  for (const frame of frameNumbers(ranges)) {
    if (isThere(picture(folder, pass, passes, frame))) continue;
    const why = pass < passes ? '; frames of a pass before the last are there only with --keep-passes' : '';
    throw new NstError(
      'usage',
      'PASS_MISSING',
      `--continue-pass ${pass}: expected frame ${frame} of pass ${pass} in ${folder.path}, found none${why}`,
    );
  }
}

/**
 * Throws away all that was painted after a pass; where it was the last one, its frames become those of a pass among
 * others. It may be cut off at any moment and done again.
 */
export async function throwAwayAfter(folder: WorkFolder, pass: number, passes: number): Promise<void> {
  const kept = dirname(folder.passPicture(pass, 0));
  await mkdir(kept, { recursive: true });
  for (const film of ['stylised', 'energies']) {
    if (pass !== passes) await removeOwn(folder.path, film);
    else
      for (const name of await ownNames(folder.path, film))
        await rename(join(folder.path, film, name), join(kept, name));
  }
  await folder.removePasses(pass);
}
