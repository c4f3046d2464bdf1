import { type DecodeOptions, decodeFrames } from '../frames/decode.js';
import type { MediaInfo } from '../frames/probe.js';
import { type FrameRange, listFrames } from '../frames/ranges.js';
import { frameStart } from '../frames/timing.js';

/** Collects what decoding finds wrong with a film, and says it once. */
export class FilmDamage {
  private readonly held = new Set<number>();
  private readonly changed = new Set<number>();
  private reported: number | undefined;
  private readonly told = new Set<string>();

  constructor(
    private readonly video: MediaInfo['video'],
    private readonly note: (message: string) => void,
  ) {}

  readonly hear: NonNullable<DecodeOptions['onDamage']> = ({ held = [], changed, reported }) => {
    if (reported !== undefined) this.reported = Math.min(reported, this.reported ?? reported);
    for (const frame of held) this.held.add(frame);
    if (changed !== undefined) this.changed.add(changed);
  };

  /** Notes what is known by now and was not said before. */
  tell(): void {
    const messages = [];
    if (this.held.size > 0) {
      const frames = [...this.held].sort((a, b) => a - b);
      const verb = frames.length === 1 ? 'is' : 'are';
      messages.push(
        `The film is damaged: ${listFrames(frames)} (from ${this.time(frames[0])}) ${verb} missing, and the picture before is held. --strict refuses such films.`,
      );
    }
    if (this.reported !== undefined && this.held.size === 0 && this.changed.size === 0)
      messages.push(
        `ffmpeg reports errors in the film, the first near frame ${this.reported} (${this.time(this.reported)}): damaged frames show what could be decoded of them. --strict refuses such films.`,
      );
    if (this.changed.size > 0) {
      const frames = [...this.changed].sort((a, b) => a - b);
      messages.push(
        `The film changes its shape or kind of picture at ${listFrames(frames)} (${this.time(frames[0])}): frames of another size are fitted with bars.`,
      );
    }
    for (const message of messages) if (!this.told.has(message)) this.note(message);
    for (const message of messages) this.told.add(message);
  }

  private readonly time = (frame: number) => `${frameStart(this.video, frame).toFixed(2)} s`;
}

/**
 * Decodes the frames once, to know beforehand that none is missing.
 *
 * @throws NstError input FRAMES_MISSING.
 */
export async function assertWhole(
  media: MediaInfo,
  ranges: readonly FrameRange[],
  signal?: AbortSignal,
): Promise<void> {
  const size = { width: 16, height: 16 };
  // Reading to the end is what finds a missing frame.
  for await (const _ of decodeFrames(media, { ...size, ranges, ...(signal && { signal }) }));
}
