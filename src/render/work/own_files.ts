import { lstat, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { NstError } from '../../error.js';
import { isMissing, namesIn, removeFile } from '../../there.js';

/** Frame numbers have at least six digits and grow beyond: names sort up to a million and never clash. */
export const frameName = (index: number): string => String(index).padStart(6, '0');

/** A number as `frameName` writes it. */
const NUMBER = '(?:\\d{6}|[1-9]\\d{6,14})';
const PICTURE = new RegExp(`^${NUMBER}\\.png$`);

/** Names of the files in each sub-folder of a work folder: no others are counted, and none are ever removed. */
const OWN: Readonly<Record<string, RegExp>> = {
  frames: new RegExp(`^${NUMBER}(?:\\.alpha)?\\.png$`),
  masks: new RegExp(`^${NUMBER}\\..+\\.png$`),
  colours: PICTURE,
  flow: new RegExp(`^${NUMBER}-${NUMBER}\\.(?:flo|certainty\\.png)$`),
  passes: new RegExp(`^${NUMBER}\\.(?:png|json)$`),
  stylised: PICTURE,
  energies: new RegExp(`^${NUMBER}\\.json$`),
};

/** The sub-folders of a work folder. */
export const FOLDERS: readonly string[] = Object.keys(OWN);

/** A name that `temporaryName` (frames/atomic) makes, with the name that the file would have got. */
const TEMPORARY = /^\.(.+)\.tmp-\d+-[0-9a-f]{6}(\.\w+)?$/;

/** The name that a half-written file would have got; undefined for the name of any other file. */
export function nameBehind(temporary: string): string | undefined {
  const [, stem, extension = ''] = TEMPORARY.exec(temporary) ?? [];
  return stem && stem + extension;
}

/** The frame that a picture is named after; undefined where the name is no picture's. */
export const frameOf = (name: string): number | undefined =>
  PICTURE.test(name) ? Number.parseInt(name, 10) : undefined;

/** Which sub-folder's rules hold in a folder, such as `passes/03`: those of `passes`. */
const rulesOf = (folder: string): RegExp => OWN[folder.split(/[\\/]/)[0]];

/** Names of this program's files in a sub-folder of `path`, ascending by name; none where it is not there. */
export async function ownNames(path: string, folder: string): Promise<string[]> {
  const rule = rulesOf(folder);
  return (await namesIn(join(path, folder))).filter((name) => rule.test(name)).sort();
}

/** Removes those of this program's files in a sub-folder that `which` says, and nothing else. */
export async function removeOwn(
  path: string,
  folder: string,
  which: (name: string) => boolean = () => true,
): Promise<void> {
  for (const name of await ownNames(path, folder))
    if (which(name)) await removeFile(join(path, folder, name));
}

/** Removes what was left half written of this program's files in a sub-folder. */
export async function removeTemporaries(path: string, folder: string): Promise<void> {
  const rule = rulesOf(folder);
  for (const name of await namesIn(join(path, folder)))
    if (rule.test(nameBehind(name) ?? '')) await removeFile(join(path, folder, name));
}

/** Removes a folder that has become empty; one that has not stays. */
export async function removeEmpty(path: string): Promise<void> {
  try {
    await rmdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && !isMissing(error)) throw error;
  }
}

/**
 * Makes sure that a sub-folder, where there is one, is a folder here: what is removed through a link lies elsewhere.
 * @throws NstError input WORK_FOLDER_BAD
 */
export async function requireFolder(path: string): Promise<void> {
  const info = await lstat(path).catch((error) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (!info || info.isDirectory()) return;
  const found = info.isSymbolicLink() ? 'a link' : 'a file';
  throw new NstError(
    'input',
    'WORK_FOLDER_BAD',
    `${path}: expected a folder of this work folder, found ${found}`,
  );
}
