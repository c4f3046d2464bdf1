import { once } from 'node:events';
import { access, constants, rm } from 'node:fs/promises';
import { invalidArgument, NstError } from '../error.js';
import type { Picture } from '../picture.js';
import { flushAndPublish, removeStaleTemporaries, temporaryName } from './atomic.js';
import { type Child, ChildFailure, startChild } from './child.js';
import { encodeError } from './encode_error.js';
import { countPackets } from './ffprobe.js';
import { type Film, type FilmCommand, filmCommand } from './film_command.js';
import { type FilmParts, settleAgain, settleParts } from './stream_trial.js';
import { type KeptPart, of } from './streams.js';

export interface EncodeOptions extends Film {
  /**
   * The pictures in order, R'G'B' 0..255; values outside are clipped. Gone through again where a sound stream turns
   * out to be what ffmpeg stumbles over; a generator cannot be, and then that is an error.
   */
  readonly frames: AsyncIterable<Picture>;
  /** As settleParts found them, whose notes are then told already; found out by default. */
  readonly parts?: FilmParts;
  readonly signal?: AbortSignal;
}

/**
 * Writes pictures and the source's sound as a film: under a temporary name, checked, flushed, renamed.
 *
 * @returns sentences on what was converted or left out.
 * @throws NstError usage OUTPUT_FORMAT_UNKNOWN, INVALID_ARGUMENT, ENCODE_FAILED; resources DISK_FULL;
 *   input OUTPUT_NOT_WRITABLE; kind interrupted on abort. What the frames' iterable throws passes through.
 */
export async function encodeFilm(options: EncodeOptions): Promise<{ notes: string[] }> {
  const { signal } = options;
  const settled = options.parts ?? (await settleParts(options, signal));
  let notes = options.parts ? [] : [...settled.notes];
  let { kept } = settled;
  for (;;) {
    try {
      return { notes: [...notes, ...(await writeFilm(options, kept))] };
    } catch (error) {
      const less = refused(error, options) ? await withLess(options, kept, error) : undefined;
      if (!less) throw error;
      const gone = kept.filter(({ way }) => !less.kept.some((other) => other.way === way));
      notes = [...notes.filter((note) => !gone.some(({ way }) => way.note === note)), ...less.notes];
      kept = less.kept;
    }
  }
}

/** Whether ffmpeg would not have it, rather than was stopped or had no place. */
function refused(error: unknown, { frames }: EncodeOptions): boolean {
  if (!(error instanceof NstError) || error.code !== 'ENCODE_FAILED') return false;
  const again: unknown = frames[Symbol.asyncIterator]();
  return again !== frames && error.cause instanceof ChildFailure && error.cause.signal === null;
}

/** All that the film can have after ffmpeg gave up: without the part at fault, or the picture alone where nothing tells. */
async function withLess(
  options: EncodeOptions,
  kept: readonly KeptPart[],
  error: unknown,
): Promise<FilmParts | undefined> {
  if (kept.length === 0) return undefined;
  const without = of(kept, 'timecode');
  const { path } = options.source;
  const readable = await access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
  if (!readable && without.length < kept.length) {
    const note = `${path} cannot be read any more. The film is made of its frames alone, without sound, subtitles and titles.`;
    return { kept: without, notes: [note] };
  }
  const less = await settleAgain(options, kept, options.signal);
  if (less) return less;
  const { reason } = (error as NstError).cause as ChildFailure;
  return { kept: [], notes: [`The film has its picture alone: with the rest ffmpeg gave up (${reason}).`] };
}

async function writeFilm(options: EncodeOptions, kept: readonly KeptPart[]): Promise<string[]> {
  const { output, signal } = options;
  const temporary = temporaryName(output);
  const command = await filmCommand(options, kept, temporary);
  await removeStaleTemporaries(output);
  const child = startChild(command.ffmpeg, command.args, signal);
  try {
    const sent = await sendFrames(child, options, command);
    await child.ended;
    const streams = await countPackets(temporary);
    const written = streams.find(({ kind }) => kind === 'video')?.packets ?? 0;
    // More packets than frames are hidden reference frames of VP8.
    if (written < sent || sent === 0) {
      const sentence = `${output}: expected ${sent} frames in the encoded film, found ${written}.`;
      throw new NstError('usage', 'ENCODE_FAILED', sentence);
    }
    await flushAndPublish(temporary, output);
    return silentSounds(kept, streams);
  } catch (error) {
    child.stop();
    await child.ended.catch(() => {});
    await rm(temporary, { force: true }).catch(() => {});
    throw encodeError(error, options);
  }
}

/** Sentences on sound of which nothing could be decoded: ffmpeg goes on without it. */
function silentSounds(
  kept: readonly KeptPart[],
  streams: readonly { kind: string; packets: number }[],
): string[] {
  const sounds = of(kept, 'sound');
  const written = streams.filter(({ kind }) => kind === 'audio');
  const nothing = (i: number) => `${sounds[i].part.name} (${sounds[i].part.stream?.codec}) is empty: `;
  if (written.length !== sounds.length) return [];
  return sounds.flatMap((_, i) =>
    written[i].packets > 0 ? [] : [`${nothing(i)}nothing in it could be decoded.`],
  );
}

async function sendFrames(
  child: Child,
  { frames, width, height }: EncodeOptions,
  { pipe, pack }: FilmCommand,
): Promise<number> {
  // An encoder that stops early must wake the wait for its pipe to drain.
  const ended = child.ended.then(
    () => true,
    () => true,
  );
  let sent = 0;
  child.stdin.write(pipe.head);
  for await (const picture of frames) {
    if (picture.width !== width || picture.height !== height) {
      throw invalidArgument('frame size', `${width}x${height}`, `${picture.width}x${picture.height}`);
    }
    const { buffer, byteOffset, byteLength } = pack(picture);
    child.stdin.write(pipe.frameHead(sent, byteLength));
    const room = child.stdin.write(new Uint8Array(buffer, byteOffset, byteLength));
    sent++;
    if (
      !room &&
      (await Promise.race([
        once(child.stdin, 'drain').then(
          () => false,
          () => true,
        ),
        ended,
      ]))
    )
      break;
  }
  child.stdin.end();
  return sent;
}
