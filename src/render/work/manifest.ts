import * as v from 'valibot';
import { DEVICES, RUNTIMES } from '../../engine/index.js';
import { writeAtomic } from '../../frames/atomic.js';
import { TONE_CURVES } from '../../frames/tone_map.js';
import { printable } from '../../printable.js';
import { positiveWhole, readRecord, sealRecord, wholeNumber } from '../../stored_record.js';

/** Far beyond what options allow: numbers above these are damage. */
const MOST_PASSES = 9999;
const MOST_THREADS = 1024;
const LONGEST_SIDE = 65_536;

/** One thing that decides how pictures look: `identity` is compared, `shown` is what people read. */
export interface PictureSetting {
  readonly identity: string;
  readonly shown: string;
}

const passNumber = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MOST_PASSES));

const readingSchema = v.object({
  videoStream: v.optional(wholeNumber),
  fps: v.optional(v.string()),
  deinterlace: v.optional(v.picklist(['auto', 'off'])),
  tonemap: v.optional(v.picklist(['off', ...TONE_CURVES])),
  strict: v.optional(v.boolean()),
});

const pictureSchema = v.pipe(
  v.record(v.string(), v.object({ identity: v.string(), shown: v.string() })),
  v.check(
    (picture) => v.is(passNumber, Number(picture['--passes']?.identity ?? 1)),
    `a number of passes from 1 to ${MOST_PASSES}`,
  ),
);

const filmSchema = v.object({
  /** Frames of the whole source. */
  frames: positiveWhole,
  /** Which stream of the source, among all of them; not there in folders of versions that knew no choice. */
  stream: v.optional(wholeNumber),
  /** Size of the painted frames, pixels. */
  width: v.pipe(positiveWhole, v.maxValue(LONGEST_SIDE)),
  height: v.pipe(positiveWhole, v.maxValue(LONGEST_SIDE)),
  /** What was painted in several passes: the frames of a range hang together. */
  ranges: v.optional(v.string()),
});

const runtimeSchema = v.object({
  /** Library and version, and the precision where that is not float32. */
  name: v.string(),
  threads: v.pipe(positiveWhole, v.maxValue(MOST_THREADS)),
  /** As `--runtime` and `--precision` name it; not there in folders of versions that knew no choice. */
  runtime: v.optional(v.picklist(RUNTIMES)),
  precision: v.optional(v.picklist(['float32', 'bfloat16'])),
  /** As `--device` names it; not there for the processor. */
  device: v.optional(v.picklist(DEVICES)),
  /** Bytes that each shot painted at once may take; not there in folders of versions that knew no limit. */
  memory: v.optional(v.pipe(v.number(), v.finite(), v.minValue(1))),
});

const schema = v.object({
  schema: v.literal(1),
  /** Version of the program that wrote it last. */
  program: v.string(),
  input: v.object({
    path: v.string(),
    /** Of the film, or of the names and contents of pictures. */
    sha256: v.string(),
    /** How it was read, so that `encode` reads it the same way. */
    reading: v.optional(readingSchema),
  }),
  film: filmSchema,
  /** By option name, `--style-weight` and so on. */
  picture: pictureSchema,
  /** Every option of the latest run as text, encoder and job options too; for reading, nothing is compared. */
  settings: v.record(v.string(), v.string()),
  /** Results repeat bit for bit only with the same runtime (its name has the version) and thread count. */
  runtime: runtimeSchema,
  /** Frames from `from` on were painted with the settings above, earlier ones with others. */
  repaint: v.optional(
    v.object({
      from: wholeNumber,
      /** True until the frames of the older settings are gone. */
      pending: v.boolean(),
    }),
  ),
  /** Whether the frames of every pass are kept. */
  keepPasses: v.optional(v.boolean()),
  /** Passes up to `pass` were painted with other settings than those above. */
  continued: v.optional(
    v.object({
      pass: passNumber,
      /** How many passes there were to be then. */
      of: passNumber,
      /** True until what came after `pass` is gone. */
      pending: v.boolean(),
    }),
  ),
});

/** What a work folder was made from, and with: `manifest.json`. */
export type Manifest = Readonly<v.InferOutput<typeof schema>>;

/** Reads a manifest; undefined where there is none. Throws `NstError` input WORK_FOLDER_BAD if it cannot be understood. */
export function readManifest(path: string): Promise<Manifest | undefined> {
  const advice = '--restart throws the work folder away';
  return readRecord(path, schema, { code: 'WORK_FOLDER_BAD', advice });
}

export async function writeManifest(path: string, manifest: Manifest): Promise<void> {
  await writeAtomic(path, sealRecord(manifest, 2));
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
        ? `${printable(name, 80)}: ${told(now)} has other contents now`
        : `${printable(name, 80)}: ${told(there)} there, ${told(now)} now`,
    );
  }
  return lines;
}

const told = (setting: PictureSetting | undefined): string => printable(setting?.shown ?? 'none');

/** What no option can reconcile: another film or stream of it, or frames of another size. */
export function foreign(stored: Manifest, wanted: Manifest): string[] {
  const lines: string[] = [];
  if (stored.input.sha256 !== wanted.input.sha256)
    lines.push(
      stored.input.path === wanted.input.path
        ? `input: ${wanted.input.path} has other contents now`
        : `input: ${printable(stored.input.path)} there, ${wanted.input.path} now`,
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
      `--frames: ${printable(ranges)} there, ${wanted.film.ranges} now, and in several passes they hang together`,
    );
  return lines;
}
