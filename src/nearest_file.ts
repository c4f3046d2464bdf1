import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { didYouMean } from './nearest.js';

/** `; did you mean wave.jpg?` for a path that names nothing, from the names in its folder; or nothing. */
export function didYouMeanFile(path: string): string {
  // Node's word for bytes that are no UTF-8: the name itself never reaches it.
  if (path.includes('\uFFFD'))
    return '; its name is not UTF-8, and can only be opened under another: rename it';
  const folder = dirname(path);
  let names: string[] = [];
  try {
    names = readdirSync(folder).filter((name) => !name.startsWith('.'));
  } catch {
    // Where there is no such folder, no name in it can be near.
  }
  const meant = didYouMean(basename(path), names);
  return folder === '.' || meant === '' ? meant : meant.replace('mean ', `mean ${join(folder, '/')}`);
}
