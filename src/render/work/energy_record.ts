import * as v from 'valibot';
import { writeAtomic } from '../../frames/atomic.js';
import { finiteNumber, readRecord, sealRecord, wholeNumber } from '../../stored_record.js';
import type { FrameStart } from '../events.js';

const STARTS = [
  'first',
  'cut',
  'warped',
  'unchanged',
  'pass',
  'unpainted',
] as const satisfies readonly FrameStart[];

/** A number as JSON keeps it: one that is none or infinite is null there. */
const measured = v.pipe(
  v.nullable(finiteNumber),
  v.transform((value) => value ?? Number.NaN),
);
const terms = v.record(v.string(), measured);

const schema = v.object({
  /** Which pass painted it; not there where there is only one. */
  pass: v.optional(v.pipe(wholeNumber, v.minValue(1))),
  start: v.optional(v.picklist(STARTS)),
  /** The earlier frame of the film that this one shows again. */
  like: v.optional(wholeNumber),
  /** Of the source frame; not there in records of earlier versions. */
  light: v.optional(v.object({ level: finiteNumber, spread: finiteNumber })),
  energy: v.optional(measured),
  terms: v.optional(terms, {}),
  stoppedBy: v.optional(v.picklist(['iterations', 'relative-change'])),
  /** From the start picture on, at the frame's own size. */
  iterations: v.optional(v.array(v.object({ iteration: wholeNumber, energy: measured, terms })), []),
});

/** How the energy of a frame fell while it was painted, as a work folder keeps it. */
export type EnergyRecord = v.InferOutput<typeof schema>;

/**
 * The record at `path`; undefined where it is lost, which loses no frame.
 * @throws NstError input RECORD_BAD where it is damaged.
 */
export function readEnergies(path: string): Promise<EnergyRecord | undefined> {
  return readRecord(path, schema, {
    advice: 'without this file the frame stays, and only what it tells of the frame is lost',
  });
}

/** Stores the record of a frame. Throws as writeAtomic. */
export function writeEnergies(path: string, record: object): Promise<void> {
  return writeAtomic(path, sealRecord(record));
}
