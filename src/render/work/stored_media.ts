import * as v from 'valibot';
import { NstError } from '../../error.js';
import { writeAtomic } from '../../frames/atomic.js';
import type { MediaInfo } from '../../frames/probe.js';
import { TONE_CURVES } from '../../frames/tone_map.js';
import { finiteNumber, positiveWhole, readRecord, sealRecord, wholeNumber } from '../../stored_record.js';

const rational = v.object({ numerator: v.pipe(v.number(), v.safeInteger()), denominator: positiveWhole });
const rate = v.object({ numerator: positiveWhole, denominator: positiveWhole });

const colour = v.object({
  matrix: v.string(),
  range: v.picklist(['limited', 'full']),
  primaries: v.string(),
  transfer: v.string(),
});

const stream = v.object({
  index: wholeNumber,
  codec: v.string(),
  language: v.optional(v.string()),
  isDefault: v.boolean(),
  channels: v.optional(wholeNumber),
  layout: v.optional(v.string()),
  sampleRate: v.optional(finiteNumber),
  startTime: v.optional(finiteNumber),
});

const ticks = v.pipe(
  v.array(finiteNumber),
  v.check((list) => list.every((tick, k) => k === 0 || tick >= list[k - 1]), 'times that ascend'),
);

const video = v.pipe(
  v.object({
    streamIndex: wholeNumber,
    codec: v.string(),
    width: positiveWhole,
    height: positiveWhole,
    displayWidth: positiveWhole,
    displayHeight: positiveWhole,
    rotation: v.picklist([0, 90, 180, 270]),
    mirrored: v.optional(v.boolean()),
    sampleAspect: rate,
    frameRate: rate,
    frameCount: positiveWhole,
    variableFrameRate: v.boolean(),
    edges: v.optional(v.object({ timeBase: rational, ticks })),
    untimed: v.optional(v.literal(true)),
    startTime: finiteNumber,
    pixelFormat: v.string(),
    bitDepth: positiveWhole,
    colour,
    alpha: v.boolean(),
    interlaced: v.boolean(),
    decoder: v.optional(v.string()),
    deinterlace: v.optional(v.picklist(['tff', 'bff'])),
    toneMap: v.optional(v.object({ curve: v.picklist(TONE_CURVES), colour })),
  }),
  v.check(
    ({ edges, frameCount }) => edges === undefined || edges.ticks.length === frameCount + 1,
    'times of all its frames',
  ),
);

const schema = v.object({
  schema: v.literal(1),
  media: v.object({
    path: v.string(),
    container: v.string(),
    pictures: v.optional(
      v.object({ files: v.array(v.string()), base: v.string(), notes: v.array(v.string()) }),
    ),
    duration: v.optional(finiteNumber),
    startTime: finiteNumber,
    video,
    audio: v.array(stream),
    subtitles: v.array(stream),
    attachments: v.array(wholeNumber),
    chapters: v.boolean(),
    timecode: v.optional(v.object({ text: v.string(), rate })),
    notes: v.array(v.string()),
    strict: v.optional(v.boolean()),
  }),
});

/** Keeps what is known of a film, so that its painted frames can become a film when it is no longer there. */
export async function writeMedia(path: string, media: MediaInfo): Promise<void> {
  await writeAtomic(path, sealRecord({ schema: 1, media }));
}

/**
 * Reads `film.json` of a work folder; undefined where there is none, or a damaged one: who has the film needs none.
 * @throws NstError input FILE_UNREADABLE.
 */
export async function readMedia(path: string): Promise<MediaInfo | undefined> {
  try {
    const stored = await readRecord(path, schema);
    return stored && { ...stored.media, duration: stored.media.duration };
  } catch (error) {
    if (error instanceof NstError && error.code === 'RECORD_BAD') return undefined;
    throw error;
  }
}
