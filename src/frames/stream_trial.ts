import { rm } from 'node:fs/promises';
import { NstError } from '../error.js';
import { createPicture } from '../picture.js';
import { temporaryName } from './atomic.js';
import { ChildFailure, startChild } from './child.js';
import { encodeError } from './encode_error.js';
import { unknownName } from './encoder_names.js';
import { countPackets } from './ffprobe.js';
import { contentsOf, type Film, filmCommand, type Stretch } from './film_command.js';
import { leftOut, type Part, partsOf } from './film_parts.js';
import { containerOf } from './output.js';
import { countFrames, isWhole } from './ranges.js';
import { type KeptPart, of } from './streams.js';

/** All that a film gets besides its picture, each part in a way that ffmpeg was seen to take. */
export interface FilmParts {
  readonly kept: readonly KeptPart[];
  /** Sentences on what is converted or left out. */
  readonly notes: readonly string[];
}

/** Seconds after which a trial that was not refused yet has found nothing wrong. */
const PATIENCE = 20;

/**
 * Finds what ffmpeg takes of all that the film should have, by having it make the film of one black frame and the
 * first second of the source. A part that it does not take is tried in other ways, and left out at last.
 *
 * @throws NstError usage ENCODE_FAILED, INVALID_ARGUMENT where it takes not even the picture; as filmCommand;
 *   resources DISK_FULL; input OUTPUT_NOT_WRITABLE; kind interrupted on abort.
 */
export async function settleParts(film: Film, signal?: AbortSignal): Promise<FilmParts> {
  const { parts, notes } = partsOf(contentsOf(film));
  const first = parts.map((part) => ({ part, way: part.ways[0] }));
  const { kept, lost } = await whatWorks(film, first, (some) => tryParts(film, some, signal));
  return { kept, notes: [...notes, ...changes(film, kept), ...lost] };
}

/**
 * The same after the film could not be made, with all of the source: what was taken at its beginning may be refused
 * later in it.
 *
 * @returns nothing where all of it was taken.
 */
export async function settleAgain(
  film: Film,
  before: readonly KeptPart[],
  signal?: AbortSignal,
): Promise<FilmParts | undefined> {
  const attempt = (some: readonly KeptPart[]) => tryCommand(film, some, 'all', signal);
  const { kept, lost } = await whatWorks(film, before, attempt);
  if (kept.length === before.length && kept.every(({ way }, i) => way === before[i].way)) return undefined;
  const told = new Set(before.map(({ way }) => way.note));
  return { kept, notes: [...changes(film, kept).filter((note) => !told.has(note)), ...lost] };
}

/** Undefined where ffmpeg took it. */
type Attempt = (kept: readonly KeptPart[]) => Promise<ChildFailure | undefined>;

async function whatWorks(film: Film, wanted: readonly KeptPart[], attempt: Attempt) {
  if (!(await attempt(wanted))) return { kept: wanted, lost: [] };
  const alone = await attempt([]);
  if (alone) {
    const sentence = `${film.output}: ffmpeg does not take these encoder settings`;
    throw encodeError(unknownName(alone, film.encoder ?? {}), film, sentence);
  }
  const kept: KeptPart[] = [];
  const lost: string[] = [];
  for (const { part, way } of wanted) {
    const failures: ChildFailure[] = [];
    let taken = false;
    for (const other of part.ways.slice(part.ways.indexOf(way))) {
      const failure = await attempt([...kept, { part, way: other }]);
      taken = !failure;
      if (taken) {
        kept.push({ part, way: other });
        break;
      }
      failures.push(failure!);
    }
    if (!taken) lost.push(leftOut(part, whyNot(part, film, failures)));
  }
  return { kept, lost };
}

/** Sentences on what of the kept is not as in the source. */
function changes(film: Film, kept: readonly KeptPart[]): string[] {
  const notes = kept.map(({ way }) => way.note).filter((note) => note !== undefined);
  const sounds = of(kept, 'sound');
  if (sounds.length === 0 || isWhole(film.ranges, film.source.video.frameCount)) return notes;
  const codecs = [...new Set(sounds.map(({ way }) => way.codec!.replace(/^lib/, '')))].join(' and ');
  return [`The sound of the chosen frames is cut out and encoded again as ${codecs}.`, ...notes];
}

const NO_DECODER = /decoder[^\n]* not found|no decoder found|unknown decoder/i;
const NO_TEXT = /only possible from text to text/;

function whyNot({ kind }: Part, { output }: Film, failures: readonly ChildFailure[]): string {
  const said = (pattern: RegExp) => failures.some(({ stderr }) => pattern.test(stderr));
  if (said(NO_DECODER)) return 'this ffmpeg cannot decode it';
  if (kind === 'subtitle' && said(NO_TEXT))
    return `it is no text, and ${containerOf(output).format} takes no other`;
  return failures.at(-1)?.reason.replace(/\.$/, '') || 'ffmpeg does not take it';
}

/** Subtitles and attachments apart from the rest, of which some packets are to go through. */
async function tryParts(film: Film, kept: readonly KeptPart[], signal?: AbortSignal) {
  const plain = kept.filter(({ part }) => part.kind !== 'subtitle' && part.kind !== 'attachment');
  const failure = await tryCommand(film, plain, 'second', signal);
  if (failure || plain.length === kept.length) return failure;
  return tryCommand(film, kept, 'head', signal);
}

async function tryCommand(
  film: Film,
  kept: readonly KeptPart[],
  stretch: Stretch,
  signal?: AbortSignal,
): Promise<ChildFailure | undefined> {
  const path = temporaryName(film.output);
  const trial = stretch === 'all' ? film : beginning(film);
  const { ffmpeg, args, pipe, pack } = await filmCommand(trial, kept, path, stretch);
  const child = startChild(ffmpeg, args, signal);
  let longEnough = false;
  const stop = () => {
    longEnough = true;
    child.stop();
  };
  const patience = stretch === 'all' ? undefined : setTimeout(stop, 1000 * PATIENCE);
  try {
    const bytes = pack(createPicture(film.width, film.height));
    child.stdin.write(pipe.head);
    child.stdin.write(pipe.frameHead(0, bytes.byteLength));
    child.stdin.end(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    await child.ended;
    // Some muxers write what no demuxer reads.
    if (stretch === 'second') await countPackets(path).catch(throwCause);
  } catch (error) {
    if (!(error instanceof ChildFailure)) throw error;
    if (longEnough) return undefined;
    const failure = encodeError(error, film);
    if (failure instanceof NstError && failure.kind !== 'usage') throw failure;
    return error;
  } finally {
    clearTimeout(patience);
    child.stop();
    await rm(path, { force: true }).catch(() => {});
  }
  return undefined;
}

function throwCause(error: unknown): never {
  throw error instanceof NstError && error.cause instanceof ChildFailure ? error.cause : error;
}

/** Stands for chosen frames by the film's first ones: its sound is read from there on anyway. */
function beginning(film: Film): Film {
  const { ranges = [], source } = film;
  const { frameCount } = source.video;
  if (isWhole(film.ranges, frameCount)) return film;
  const one = { first: 0, last: 0 };
  const several = ranges.length > 1 && frameCount > 2;
  const short = several ? [one, { first: 2, last: 2 }] : [one];
  return { ...film, ranges: countFrames(short) < frameCount ? short : film.ranges };
}
