import { readFile } from 'node:fs/promises';
import type { DeviceName, Precision, RuntimeName } from '../../engine/index.js';
import { NstError } from '../../error.js';
import { writeAtomic } from '../../frames/atomic.js';
import type { ProbeOptions } from '../../frames/probe.js';

/** One thing that decides how pictures look: `identity` is compared, `shown` is what people read. */
export interface PictureSetting {
  readonly identity: string;
  readonly shown: string;
}

/** What a work folder was made from, and with: `manifest.json`. */
export interface Manifest {
  readonly schema: 1;
  /** Version of the program that wrote it last. */
  readonly program: string;
  readonly input: {
    readonly path: string;
    /** Of the film, or of the names and contents of pictures. */
    readonly sha256: string;
    /** How it was read, so that `encode` reads it the same way. */
    readonly reading?: ProbeOptions;
  };
  readonly film: {
    /** Frames of the whole source. */
    readonly frames: number;
    /** Which stream of the source, among all of them; not there in folders of versions that knew no choice. */
    readonly stream?: number;
    /** Size of the painted frames, pixels. */
    readonly width: number;
    readonly height: number;
    /** What was painted in several passes: the frames of a range hang together. */
    readonly ranges?: string;
  };
  /** By option name, `--style-weight` and so on. */
  readonly picture: Readonly<Record<string, PictureSetting>>;
  /** Every option of the latest run as text, encoder and job options too; for reading, nothing is compared. */
  readonly settings: Readonly<Record<string, string>>;
  /** Results repeat bit for bit only with the same runtime (its name has the version) and thread count. */
  readonly runtime: {
    /** Library and version, and the precision where that is not float32. */
    readonly name: string;
    readonly threads: number;
    /** As `--runtime` and `--precision` name it; not there in folders of versions that knew no choice. */
    readonly runtime?: RuntimeName;
    readonly precision?: Precision;
    /** As `--device` names it; not there for the processor. */
    readonly device?: DeviceName;
    /** Bytes that each shot painted at once may take; not there in folders of versions that knew no limit. */
    readonly memory?: number;
  };
  /** Frames from `from` on were painted with the settings above, earlier ones with others. */
  readonly repaint?: {
    readonly from: number;
    /** True until the frames of the older settings are gone. */
    readonly pending: boolean;
  };
  /** Whether the frames of every pass are kept. */
  readonly keepPasses?: boolean;
  /** Passes up to `pass` were painted with other settings than those above. */
  readonly continued?: {
    readonly pass: number;
    /** How many passes there were to be then. */
    readonly of: number;
    /** True until what came after `pass` is gone. */
    readonly pending: boolean;
  };
}

/** Reads a manifest; undefined where there is none. Throws `NstError` input WORK_FOLDER_BAD if it cannot be understood. */
export async function readManifest(path: string): Promise<Manifest | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // ENOTDIR: what was named is a file.
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new NstError('input', 'WORK_FOLDER_BAD', `${path}: cannot be read`, { cause: error });
  }
  let manifest: Manifest;
  try {
    manifest = JSON.parse(text) as Manifest;
  } catch (error) {
    throw new NstError('input', 'WORK_FOLDER_BAD', `${path}: expected JSON, found something else`, {
      cause: error,
    });
  }
  if (manifest?.schema !== 1 || !manifest.picture || !manifest.film || !manifest.runtime)
    throw new NstError(
      'input',
      'WORK_FOLDER_BAD',
      `${path}: expected a manifest of schema 1, found schema ${String(manifest?.schema)}`,
    );
  return manifest;
}

export async function writeManifest(path: string, manifest: Manifest): Promise<void> {
  await writeAtomic(path, Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
}

/** The picture settings that differ, as `--name: old there, new now`. */
export function differences(stored: Manifest, wanted: Manifest): string[] {
  const names = new Set([...Object.keys(stored.picture), ...Object.keys(wanted.picture)]);
  const lines: string[] = [];
  for (const name of names) {
    const there = stored.picture[name];
    const now = wanted.picture[name];
    if (there?.identity === now?.identity) continue;
    const same = there?.shown === now?.shown;
    lines.push(
      same
        ? `${name}: ${now?.shown} has other contents now`
        : `${name}: ${there?.shown ?? 'none'} there, ${now?.shown ?? 'none'} now`,
    );
  }
  return lines;
}

/** What no option can reconcile: another film or stream of it, or frames of another size. */
export function foreign(stored: Manifest, wanted: Manifest): string[] {
  const lines: string[] = [];
  if (stored.input.sha256 !== wanted.input.sha256)
    lines.push(
      stored.input.path === wanted.input.path
        ? `input: ${wanted.input.path} has other contents now`
        : `input: ${stored.input.path} there, ${wanted.input.path} now`,
    );
  const stream = stored.film.stream ?? wanted.film.stream;
  if (stream !== wanted.film.stream)
    lines.push(`--video-stream: frames of stream ${stream} there, of ${wanted.film.stream} now`);
  const size = (m: Manifest) => `${m.film.width}x${m.film.height}`;
  if (size(stored) !== size(wanted))
    lines.push(`--size: frames of ${size(stored)} there, ${size(wanted)} now`);
  const { ranges } = stored.film;
  if (ranges !== undefined && wanted.film.ranges !== undefined && ranges !== wanted.film.ranges)
    lines.push(
      `--frames: ${ranges} there, ${wanted.film.ranges} now, and in several passes they hang together`,
    );
  return lines;
}
