import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { NstError } from '../error.js';
import { didYouMeanFile } from '../nearest_file.js';
import { NOT_UTF8 } from './output_target.js';
import { FFMPEG_EXTENSIONS, HEIF_EXTENSIONS } from './picture_kind.js';
import { Wildcard } from './wildcard.js';

/** A film in pictures. */
export interface PictureSequence {
  /** One path per frame, in order. */
  readonly files: readonly string[];
  /** What names of outputs are made of: the folder's path, or the pictures' without their number. */
  readonly base: string;
  readonly notes: readonly string[];
}

const EXTENSIONS = ['.png', '.jpg', '.jpeg', '.webp', '.tif', '.tiff', '.avif'];
/** A folder's pictures are those of the first of these that it has any of: others beside them are no frames. */
const RANKS = [EXTENSIONS, FFMPEG_EXTENSIONS, HEIF_EXTENSIONS];
/** Missing pictures that an error names; of the others it gives the count. */
const NAMED = 5;

/**
 * The pictures that an input means: those of a folder, of a numbered pattern (`shot_%04d.png`) or of wildcards
 * (`shot_*.png`, in the last part of the path); undefined where it means none of these. A file that exists under
 * exactly that name is always just that file.
 *
 * @throws NstError input NO_PICTURES; PICTURES_MISSING where numbers have gaps, naming the first of them;
 *   PICTURES_AMBIGUOUS where a number comes twice or there are several runs; NAME_NOT_UTF8.
 */
export async function findPictures(path: string): Promise<PictureSequence | undefined> {
  const info = await stat(path).catch(() => undefined);
  if (info) return info.isDirectory() ? ofFolder(path) : undefined;
  const matches = numberedPattern(basename(path)) ?? wildcards(basename(path));
  if (!matches) return undefined;
  const folder = dirname(path);
  const names = (await listed(folder))
    .filter((name) => matches.test(name))
    .map((name) => openable(folder, name));
  if (names.length === 0) {
    const sentence = `${path}: expected pictures with names like this, found none in ${folder}.`;
    throw new NstError('input', 'NO_PICTURES', sentence);
  }
  return ordered(path, folder, names, namelike(path));
}

/** The pictures of a folder in the order of their names, whatever these are. Throws `NstError` input NO_PICTURES. */
export async function picturesIn(path: string): Promise<string[]> {
  return inOrder(await picturesNamed(path)).map((name) => join(path, name));
}

async function picturesNamed(path: string): Promise<string[]> {
  const names = await listed(path);
  for (const extensions of RANKS) {
    const pictures = names.filter((name) => extensions.includes(extname(name).toLowerCase()));
    if (pictures.length > 0) return pictures.map((name) => openable(path, name));
  }
  const found = names.length === 0 ? 'nothing' : names.slice(0, 3).join(', ');
  const sentence = `${path} is a folder: expected pictures in it (${[...EXTENSIONS, ...FFMPEG_EXTENSIONS].join(' ')}), found ${found}.`;
  throw new NstError('input', 'NO_PICTURES', sentence);
}

/** Refuses a name of other bytes than UTF-8, which Node replaces when it reads a folder. */
function openable(folder: string, name: string): string {
  const path = join(folder, name);
  if (!name.includes(NOT_UTF8) || existsSync(path)) return name;
  throw new NstError('input', 'NAME_NOT_UTF8', `${path} is in the folder${didYouMeanFile(path)}.`);
}

async function ofFolder(path: string): Promise<PictureSequence> {
  const pictures = await picturesNamed(path);
  const plain = path.replace(/[/\\]+$/, '');
  return ordered(path, path, pictures, /(^|[/\\])\.{0,2}$/.test(plain) ? resolve(path) : plain);
}

/** What a folder holds, without what begins with a dot; nothing where there is no such folder. */
async function listed(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return [];
    throw new NstError('input', 'FILE_UNREADABLE', `${folder} cannot be read (${cause.code}).`, { cause });
  });
  return names.filter((name) => !name.startsWith('.'));
}

/** Whether a name is a picture's that films may be made of. */
export function isPicture(name: string): boolean {
  return RANKS.some((extensions) => extensions.includes(extname(name).toLowerCase()));
}

const literally = (text: string) => text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');

/** printf's `%d`, `%4d`, `%04d`, once, in the name of a picture; as C prints it, so a larger number has more digits. */
function numberedPattern(name: string): RegExp | undefined {
  const parts = /^((?:[^%]|%%)*)%0?(\d*)d((?:[^%]|%%)*)$/.exec(name);
  if (!parts || !isPicture(name)) return undefined;
  const [before, after] = [parts[1], parts[3]].map((part) => literally(part.replaceAll('%%', '%')));
  // No file system has longer names.
  const width = Math.min(255, Math.max(1, Number(parts[2])));
  return new RegExp(`^${before}(?:\\d{${width}}|[1-9]\\d{${width},})${after}$`);
}

/** The shell's wildcards, in the name of a picture. */
function wildcards(name: string): Wildcard | undefined {
  return /[*?[]/.test(name) && isPicture(name) ? new Wildcard(name) : undefined;
}

/** `shots/a` for `shots/a_%04d.png`; the folder's own name inside it where the rest of the name says nothing. */
function namelike(path: string): string {
  const stem = basename(path, extname(path)).replace(/%0?\d*d|\[[^\][]*\]|[*?]/g, '');
  const name = stem.replace(/[-_. ]+$/, '') || basename(resolve(dirname(path)));
  return join(dirname(path), name);
}

const natural = new Intl.Collator('en', { numeric: true });

const inOrder = (names: string[]): string[] =>
  names.sort((a, b) => natural.compare(a, b) || (a < b ? -1 : 1));

/** Names in pieces, text and digits by turns: those that differ in one number only are a numbered run. */
function ordered(path: string, folder: string, names: string[], base: string): PictureSequence {
  const sorted = inOrder(names);
  const sequence = (notes: string[]) => ({ files: sorted.map((name) => join(folder, name)), base, notes });
  const families = new Map<string, string[]>();
  for (const name of sorted) {
    const key = name.replace(/\d+/g, '#').toLowerCase();
    const members = families.get(key);
    if (members) members.push(name);
    else families.set(key, [name]);
  }
  const runs = [...families].map(([key, members]) => ({ key, members, at: runningNumber(members) }));
  if (runs.length === 1 && runs[0].at !== undefined) {
    assertUnbroken(path, sorted, runs[0].at);
    return sequence([]);
  }
  if (runs.length > 1 && runs.some(({ at, members }) => at !== undefined && members.length > 1)) {
    const kinds = runs.slice(0, 3).map(({ key, members }) => `${key} (${members.length})`);
    const more = runs.length > 3 ? ` and ${runs.length - 3} more kinds` : '';
    const sentence = `${path}: expected one numbered run, found ${kinds.join(', ')}${more}. Name one of them, such as '${join(folder, 'shot_%04d.png')}'.`;
    throw new NstError('input', 'PICTURES_AMBIGUOUS', sentence);
  }
  if (sorted.length === 1) return sequence([]);
  return sequence([
    `The pictures are no single numbered run: they are taken in the order of their names, from ${sorted[0]} to ${sorted[sorted.length - 1]}.`,
  ]);
}

const digits = (name: string): string[] => name.match(/\d+/g) ?? [];

/** Which of the numbers in names of one family differs from name to name; undefined where none or several do. */
function runningNumber(names: readonly string[]): number | undefined {
  const all = names.map(digits);
  const differing = all[0].map((_, i) => i).filter((i) => all.some((numbers) => numbers[i] !== all[0][i]));
  return differing.length === 1 ? differing[0] : undefined;
}

function assertUnbroken(path: string, sorted: readonly string[], at: number): void {
  const missing: string[] = [];
  let count = 0;
  for (let i = 1; i < sorted.length; i++) {
    const [before, after] = [sorted[i - 1], sorted[i]].map((name) => Number(digits(name)[at]));
    if (after === before) {
      const sentence = `${path}: number ${after} is there twice, as ${sorted[i - 1]} and as ${sorted[i]}.`;
      throw new NstError('input', 'PICTURES_AMBIGUOUS', sentence);
    }
    count += after - before - 1;
    for (let n = before + 1; n < after && missing.length < NAMED; n++)
      missing.push(withNumber(sorted[i - 1], at, n));
  }
  if (count === 0) return;
  const rest = count > missing.length ? ` and ${count - missing.length} more` : '';
  const sentence = `${path}: expected pictures numbered without a gap from ${sorted[0]} to ${sorted[sorted.length - 1]}, missing ${count === 1 ? 'is' : 'are'} ${missing.join(', ')}${rest} (${count} in all).`;
  throw new NstError('input', 'PICTURES_MISSING', sentence);
}

function withNumber(name: string, at: number, number: number): string {
  let i = 0;
  return name.replace(/\d+/g, (old) => (i++ === at ? String(number).padStart(old.length, '0') : old));
}
