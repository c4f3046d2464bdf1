// Whether a work folder and an output are those of a run that nobody disturbed.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Folders of a work folder whose pictures are painted. */
const PAINTED = /^(stylised|passes)[/\\].*\.png$/;
/** What only a running or killed process has; names as the writers choose them. */
const UNFINISHED = /(^|[/\\])\.[^/\\]*\.tmp|\.tmp$|\.part$|(^|[/\\])lock[^/\\]*$|writing-pictures$/;

const files = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1))
    .sort();

/** A hash of every decoded frame and sound packet of a film. */
const decoded = (film) =>
  execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-i', film, '-f', 'framemd5', '-'], {
    encoding: 'utf8',
  });

/** What is different from run to run in texts: times, the folder, and what is summed up from them. */
const PASSING = [
  [/"(seconds|time|milliseconds|memory)":\s*[\d.e-]+/g, '"$1":0'],
  [/"checksum":\s*"[^"]*"/g, '"checksum":""'],
];

/** A file as it is compared: films decoded, texts without what passes, all else as it is. */
function contents(folder, name) {
  const path = join(folder, name);
  if (/\.(mp4|webm)$/.test(name)) return decoded(path);
  if (!/\.(json|csv|html|toml|svg)$/.test(name)) return readFileSync(path).toString('latin1');
  const text = readFileSync(path, 'utf8').replaceAll(folder, 'FOLDER');
  return PASSING.reduce((kept, [found, instead]) => kept.replace(found, instead), text);
}

/** Sentences on what is different between all files of two folders; and how many were compared. */
export function compareFolders(folder, reference) {
  const [here, there] = [files(folder), files(reference)];
  const problems = [];
  for (const name of here.filter((one) => !there.includes(one))) problems.push(`${name} is left over`);
  for (const name of there)
    if (!here.includes(name)) problems.push(`${name} is missing`);
    else if (contents(folder, name) !== contents(reference, name)) problems.push(`${name} differs`);
  return { problems, frames: there.length };
}

/**
 * Sentences on what is different between the files of `base` (`base.nst`, `base.mp4`) and those of `reference`, and on
 * what is half-written; and how many painted frames were compared.
 */
export function compare(base, reference) {
  const [here, there] = [files(`${base}.nst`), files(`${reference}.nst`)];
  const problems = [];
  const painted = there.filter((name) => PAINTED.test(name));
  const extra = here.filter((name) => PAINTED.test(name) && !painted.includes(name));
  for (const name of extra) problems.push(`${name} is there, and not in an undisturbed run`);
  for (const name of painted) {
    if (!here.includes(name)) problems.push(`${name} is missing`);
    else if (!readFileSync(join(`${base}.nst`, name)).equals(readFileSync(join(`${reference}.nst`, name))))
      problems.push(`${name} differs`);
  }
  const beside = readdirSync(dirname(base)).filter((name) => name.includes(basename(base)));
  for (const name of [...here, ...beside]) if (UNFINISHED.test(name)) problems.push(`${name} is left over`);
  if (decoded(`${base}.mp4`) !== decoded(`${reference}.mp4`)) problems.push('the output decodes differently');
  return { problems, frames: painted.length };
}
