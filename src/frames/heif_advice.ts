import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import { NstError } from '../error.js';
import { programPath } from '../program_path.js';
import { shellQuoted } from './child.js';

/** Programs that make a JPEG of HEIC, the system's own first. */
const CONVERTERS: readonly (readonly [string, (from: string, to: string) => string])[] = [
  ['sips', (from, to) => `sips -s format jpeg ${from} --out ${to}`],
  ['heif-convert', (from, to) => `heif-convert ${from} ${to}`],
  ['heif-dec', (from, to) => `heif-dec ${from} ${to}`],
];

/** The packages that have `heif-convert`, by what installs packages. */
const PACKAGES: readonly (readonly [string, string])[] = [
  ['/usr/bin/dnf', 'libheif-tools'],
  ['/usr/bin/pacman', 'libheif'],
  ['/sbin/apk', 'libheif-tools'],
  ['/usr/bin/zypper', 'libheif-tools'],
];

/**
 * A HEIC or HEIF picture, which patents keep out of the picture library and which ffmpeg reads in its newest versions
 * only, in pieces: what it is, and what makes a JPEG of it here.
 *
 * @param subject `The photo IMG.HEIC`, or its path.
 */
export function heifUnreadable(subject: string, path: string, format: string, cause?: unknown): NstError {
  const sentence = `${subject} is ${format} (iPhone and other telephones), which cannot be read here; make a JPEG of it with: ${conversion(path)}`;
  return new NstError('input', 'PICTURE_UNREADABLE', sentence, { cause });
}

function conversion(path: string): string {
  const from = shellQuoted(path);
  const to = shellQuoted(`${path.slice(0, path.length - extname(path).length)}.jpg`);
  const found = CONVERTERS.find(([name]) => programPath(name) !== undefined);
  if (found) return found[1](from, to);
  if (process.platform === 'darwin') return CONVERTERS[0][1](from, to);
  if (process.platform === 'win32') return `magick ${from} ${to} (ImageMagick: winget install ImageMagick)`;
  const name = PACKAGES.find(([program]) => existsSync(program))?.[1] ?? 'libheif-examples';
  return `heif-convert ${from} ${to} (in the package ${name})`;
}
