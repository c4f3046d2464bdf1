import { NstError } from '../../error.js';
import { type DecodeOptions, decodeFrames } from '../../frames/decode.js';
import { readFrame, writeFrame } from '../../frames/picture_file.js';
import { writePlane } from '../../frames/plane_file.js';
import type { MediaInfo } from '../../frames/probe.js';
import type { FrameRange } from '../../frames/ranges.js';
import { pictureFromPacked, rgb48FromPicture } from '../../frames/raw_frame.js';
import type { Picture } from '../../picture.js';
import { isThere } from '../../there.js';
import { isDamage } from './damage.js';
import type { WorkFolder } from './work_folder.js';

/** How many frames the decoder may be ahead of the frame that was asked for last. */
const LOOKAHEAD = 12;

/**
 * The source frames of a job, decoded once into the work folder by a task that stays a little ahead of the
 * painter. Whoever asks gets what is stored, never what was in memory, so that a resumed run sees the same.
 */
export class SourceFrames {
  private readonly missing: ReadonlySet<number>;
  private readonly waiting = new Map<number, { resolve: () => void; reject: (error: unknown) => void }[]>();
  private readonly repairs = new Map<number, Promise<void>>();
  private readonly stopper = new AbortController();
  private wake: (() => void) | undefined;
  private asked: number;
  private decoded = -1;
  /** Why no more frames will come, once the decoder has ended. */
  private ended: { reason: unknown } | undefined;
  private running: Promise<void> | undefined;

  constructor(
    private readonly folder: Pick<WorkFolder, 'frame' | 'alpha'>,
    private readonly media: MediaInfo,
    private readonly size: { readonly width: number; readonly height: number },
    /** Source frame numbers of the job, ascending. */
    indices: readonly number[],
    signal: AbortSignal,
    /** Whoever hears of what is not quite as it should be. */
    private readonly heard: Pick<DecodeOptions, 'warn' | 'onDamage'> = {},
  ) {
    this.missing = new Set(indices.filter((i) => !isThere(folder.frame(i))));
    this.asked = indices[0] ?? 0;
    signal.addEventListener('abort', () => this.stopper.abort(signal.reason), { once: true });
  }

  /** The scaled source frame `index`, `[3,H,W]`, 0..255. */
  async get(index: number): Promise<Picture> {
    this.asked = Math.max(this.asked, index);
    this.wake?.();
    this.running ??= this.decode().then(
      () => this.end(new NstError('interrupted', 'INTERRUPTED', 'the decoder has been stopped')),
      (error) => this.end(error),
    );
    if (this.missing.has(index) && index > this.decoded) {
      if (this.ended) throw this.ended.reason;
      await new Promise<void>((resolve, reject) => {
        this.waiting.set(index, [...(this.waiting.get(index) ?? []), { resolve, reject }]);
      });
    }
    try {
      return await readFrame(this.folder.frame(index));
    } catch (error) {
      if (!isDamage(error)) throw error;
      return this.again(index, error);
    }
  }

  /** A damaged frame is decoded once more, whoever asks for it meanwhile. */
  private async again(index: number, damage: NstError): Promise<Picture> {
    const made = this.repairs.get(index) ?? this.repair(index, damage);
    this.repairs.set(index, made);
    await made;
    return readFrame(this.folder.frame(index));
  }

  private async repair(index: number, damage: NstError): Promise<void> {
    this.heard.warn?.(`${damage.message}; it is decoded again`);
    const { signal } = this.stopper;
    const decoding = { ...this.size, ranges: [{ first: index, last: index }], signal, ...this.heard };
    for await (const { picture } of decodeFrames(this.media, decoding)) await this.store(index, picture);
  }

  private async store(index: number, picture: Picture): Promise<void> {
    // Before the frame, whose presence says that both are there.
    if (picture.alpha) await writePlane(this.folder.alpha(index), { ...this.size, data: picture.alpha });
    await writeFrame(this.folder.frame(index), picture);
  }

  /** Ends the decoder and waits until its child process is gone. */
  async close(): Promise<void> {
    this.stopper.abort();
    this.wake?.();
    await this.running;
  }

  private end(reason: unknown): void {
    this.ended = { reason };
    for (const waiters of this.waiting.values()) for (const w of waiters) w.reject(reason);
    this.waiting.clear();
  }

  private async decode(): Promise<void> {
    const { signal } = this.stopper;
    if (this.missing.size === 0) return;
    const ranges = toRanges([...this.missing]);
    const decoding = { ...this.size, ranges, signal, ...this.heard };
    for await (const { index, picture } of decodeFrames(this.media, decoding)) {
      await this.store(index, picture);
      this.decoded = index;
      for (const w of this.waiting.get(index) ?? []) w.resolve();
      this.waiting.delete(index);
      // Not reading on holds the decoder back through its pipe.
      while (index > this.asked + LOOKAHEAD && !signal.aborted)
        await new Promise<void>((resolve) => (this.wake = resolve));
      if (signal.aborted) return;
    }
  }
}

/** A frame rounded and clipped as a work folder stores it, so that all made of it is what a film job makes of its own. */
export function asStored(picture: Picture): Picture {
  return pictureFromPacked(rgb48FromPicture(picture), picture.width, picture.height);
}

/** Ascending numbers as ranges of consecutive ones, ends included. */
export function toRanges(indices: readonly number[]): FrameRange[] {
  const ranges: { first: number; last: number }[] = [];
  for (const i of indices) {
    const open = ranges.at(-1);
    if (open && open.last + 1 === i) open.last = i;
    else ranges.push({ first: i, last: i });
  }
  return ranges;
}
