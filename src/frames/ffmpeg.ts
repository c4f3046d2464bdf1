import { existsSync } from 'node:fs';
import { NstError } from '../error.js';
import { programPath } from '../program_path.js';
import { ChildFailure, runChild } from './child.js';

/** The ffmpeg programs in use. */
export interface Ffmpeg {
  readonly ffmpeg: string;
  readonly ffprobe: string;
  /** As ffmpeg states it, e.g. `5.1.9-0+deb12u1`. */
  readonly version: string;
  /** Release number; Infinity for builds from the development tree, which carry none. */
  readonly major: number;
  readonly minor: number;
}

const OLDEST_MAJOR = 5;
const found = new Map<string, Promise<Ffmpeg>>();

/**
 * Finds ffmpeg and ffprobe on the PATH, or where NST_FFMPEG and NST_FFPROBE point, as `programPath` does.
 *
 * @throws NstError environment FFMPEG_MISSING, FFMPEG_TOO_OLD (before 5); both say the command that installs it.
 */
export function findFfmpeg(): Promise<Ffmpeg> {
  const ffmpeg = process.env.NST_FFMPEG || 'ffmpeg';
  const ffprobe = process.env.NST_FFPROBE || 'ffprobe';
  const key = [ffmpeg, ffprobe, process.env.PATH, process.cwd()].join('\n');
  let search = found.get(key);
  if (!search) {
    search = Promise.all([version(ffmpeg, 'ffmpeg'), version(ffprobe, 'ffprobe')]).then(
      ([{ file, version, major, minor }, probe]) => ({
        ffmpeg: file,
        ffprobe: probe.file,
        version,
        major,
        minor,
      }),
    );
    search.catch(() => found.delete(key));
    found.set(key, search);
  }
  return search;
}

async function version(named: string, program: string) {
  const file = programPath(named);
  if (file === undefined) throw missing(named, program);
  let text: string;
  try {
    text = await runChild(file, ['-version']);
  } catch (error) {
    const absent = error instanceof ChildFailure && error.cause !== undefined;
    if (absent) throw missing(file, program, error);
    const sentence = `${file} did not run. ${installAdvice()}`;
    throw new NstError('environment', 'FFMPEG_MISSING', sentence, { cause: error });
  }
  const stated = new RegExp(`^${program} version (\\S+)`).exec(text)?.[1];
  if (stated === undefined) {
    const sentence = `${file} did not state the version of ${program}. ${installAdvice()}`;
    throw new NstError('environment', 'FFMPEG_MISSING', sentence);
  }
  const parsed = parseVersion(stated);
  if (parsed.major < OLDEST_MAJOR) {
    const sentence = `${file} is version ${stated}; version ${OLDEST_MAJOR} or newer is needed. ${installAdvice()}`;
    throw new NstError('environment', 'FFMPEG_TOO_OLD', sentence);
  }
  return { file, version: stated, ...parsed };
}

function missing(named: string, program: string, cause?: unknown): NstError {
  const where = named === program ? '' : ` at ${named}`;
  const sentence = `${program} was not found${where}. ${installAdvice()}`;
  return new NstError('environment', 'FFMPEG_MISSING', sentence, { cause });
}

/** `n7.1`, `5.1.9-0+deb12u1`, `8.0` have numbers; `N-113007-g8d24a28d06` and `2024-05-01-git-…` do not. */
export function parseVersion(stated: string): { major: number; minor: number } {
  const match = /^n?(\d{1,2})\.(\d+)/.exec(stated);
  if (!match) return { major: Number.POSITIVE_INFINITY, minor: 0 };
  return { major: Number(match[1]), minor: Number(match[2]) };
}

function installAdvice(): string {
  return `Install ffmpeg ${OLDEST_MAJOR} or newer with: ${installCommand()}`;
}

/** The one command that installs ffmpeg here. */
export function installCommand(): string {
  if (process.platform === 'darwin') return 'brew install ffmpeg';
  if (process.platform === 'win32') return 'winget install ffmpeg';
  const sudo = process.getuid?.() === 0 ? '' : 'sudo ';
  if (existsSync('/usr/bin/dnf')) return `${sudo}dnf install ffmpeg`;
  if (existsSync('/usr/bin/pacman')) return `${sudo}pacman -S ffmpeg`;
  if (existsSync('/sbin/apk')) return `${sudo}apk add ffmpeg`;
  if (existsSync('/usr/bin/zypper')) return `${sudo}zypper install ffmpeg`;
  return `${sudo}apt-get install -y ffmpeg`;
}

/** Arguments that make ffmpeg hand on each frame exactly once (`-fps_mode` came with 5.1, `-vsync` leaves later). */
export function everyFrameOnce({ major, minor }: Ffmpeg): string[] {
  return major === 5 && minor === 0 ? ['-vsync', 'passthrough'] : ['-fps_mode', 'passthrough'];
}

/** A path ffmpeg takes literally: no protocol (`a:b.mp4`), no option (`-a.mp4`). */
export function mediaPath(path: string): string {
  return `file:${path}`;
}
