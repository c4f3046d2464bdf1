// Finds pairs of frames with known flow below a folder, by what lies in each folder, whatever it is called.
import { readdirSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { NstError } from '../../dist/error.js';

/**
 * @typedef {object} Pair
 * @property {string} name path below the folder that was named, and the frame where it holds several
 * @property {string} from
 * @property {string} to
 * @property {string} flow true flow from → to
 * @property {string} [occluded] mask of pixels of `from` that `to` does not show
 * @property {string} [invalid] mask of pixels whose true flow is none
 */

/** All pairs at or below `folder`, sorted by name. Throws NstError (input) when there is none. */
export function findPairs(folder) {
  const root = resolve(folder);
  list(root, folder);
  // A film's frames lie one folder below its flows: named directly, the film is meant.
  const film = dirname(root);
  const start = holdsFrames(root) && flowNumbers(list(film, film)).length > 0 ? film : root;
  const pairs = [];
  walk(start, (here, files) => {
    const name = relative(start, here).replaceAll('\\', '/') || basename(start);
    pairs.push(...middlebury(here, name, files), ...synthetic(here, name, files));
    pairs.push(...sintel(here, name, files));
  });
  if (pairs.length === 0) {
    throw new NstError(
      'input',
      'PAIRS_MISSING',
      `${folder}: expected pairs of frames with their flow at or below this folder, found none (see --help)`,
    );
  }
  return pairs.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function list(folder, shown) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (cause) {
    const what = { ENOENT: 'no such folder', ENOTDIR: 'expected a folder, found a file' }[cause.code];
    throw new NstError('input', 'FOLDER_UNREADABLE', `${shown}: ${what ?? 'cannot be read'}`, { cause });
  }
}

function walk(folder, visit) {
  const entries = list(folder, folder);
  visit(folder, new Set(entries.filter((e) => !e.isDirectory()).map((e) => e.name)));
  for (const entry of entries) if (entry.isDirectory()) walk(join(folder, entry.name), visit);
}

const optional = (folder, files, name) => (files.has(name) ? join(folder, name) : undefined);

function middlebury(folder, name, files) {
  if (!['frame10.png', 'frame11.png', 'flow10.flo'].every((file) => files.has(file))) return [];
  const [from, to, flow] = ['frame10.png', 'frame11.png', 'flow10.flo'].map((file) => join(folder, file));
  return [{ name, from, to, flow }];
}

function synthetic(folder, name, files) {
  if (!['a.png', 'b.png', 'fwd.flo'].every((file) => files.has(file))) return [];
  const [from, to, flow] = ['a.png', 'b.png', 'fwd.flo'].map((file) => join(folder, file));
  return [{ name, from, to, flow, occluded: optional(folder, files, 'occ_fwd.png') }];
}

const flowNumbers = (entries) =>
  entries.map((e) => /^flow_(\d+)\.flo$/.exec(e.name ?? e)?.[1]).filter((digits) => digits !== undefined);

const holdsFrames = (folder) => list(folder, folder).some((e) => /^frame_\d+\.png$/.test(e.name));

/** A film's flows i → i + 1, its frames in `final/` (or `clean/` where there is no `final/`). */
function sintel(folder, name, files) {
  const numbers = flowNumbers([...files]);
  if (numbers.length === 0) return [];
  const folders = new Set(
    list(folder, folder)
      .filter((e) => e.isDirectory())
      .map((e) => e.name),
  );
  const frames = ['final', 'clean'].find((pass) => folders.has(pass));
  if (!frames) return [];
  const present = new Set(list(join(folder, frames), folder).map((e) => e.name));
  return numbers.flatMap((digits) => {
    const next = String(Number(digits) + 1).padStart(digits.length, '0');
    const [first, second] = [`frame_${digits}.png`, `frame_${next}.png`];
    if (!present.has(first) || !present.has(second)) return [];
    return [
      {
        name: `${name}/${digits}`,
        from: join(folder, frames, first),
        to: join(folder, frames, second),
        flow: join(folder, `flow_${digits}.flo`),
        occluded: optional(folder, files, `occ_${digits}.png`),
        invalid: optional(folder, files, `invalid_${digits}.png`),
      },
    ];
  });
}
