import { type DecodeOptions, decodeFrames } from '../frames/decode.js';
import type { MediaInfo } from '../frames/probe.js';
import { type FrameRange, listFrames } from '../frames/ranges.js';
import { frameStart } from '../frames/timing.js';

/** Collects what decoding finds wrong with a film, and says it once. */
export class FilmDamage {
  private readonly held = new Set<number>();
  private readonly changed = new Set<number>();
  private readonly colours = new Set<number>();
  private reported: number | undefined;
  private readonly told = new Set<string>();
  private toldReport = false;

  constructor(
    private readonly video: MediaInfo['video'],
    private readonly note: (message: string) => void,
    /** As sentences begin. */
    private readonly name = 'The film',
  ) {}

  readonly hear: NonNullable<DecodeOptions['onDamage']> = ({
    held = [],
    changed,
    colours = [],
    reported,
  }) => {
    for (const frame of colours) this.colours.add(frame);
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
        `${this.name} is damaged: ${listFrames(frames)} (from ${this.time(frames[0])}) ${verb} missing, and the picture before is held. --strict refuses such films.`,
      );
    }
    if (this.reported !== undefined && !this.toldReport && this.held.size === 0 && this.changed.size === 0) {
      this.toldReport = true;
      messages.push(
        `ffmpeg reports errors in ${this.name.replace(/^The film$/, 'the film')}, the first near frame ${this.reported} (${this.time(this.reported)}): damaged frames show what could be decoded of them. --strict refuses such films.`,
      );
    }
    if (this.changed.size > 0) {
      const frames = [...this.changed].sort((a, b) => a - b);
      messages.push(
        `${this.name} changes its shape or kind of picture at ${listFrames(frames)} (${this.time(frames[0])}): frames of another size, pixel aspect or turn are fitted with bars.`,
      );
    }
    if (this.colours.size > 0) {
      const frames = [...this.colours].sort((a, b) => a - b);
      messages.push(
        `${this.name} changes its colour matrix or range at ${listFrames(frames)} (${this.time(frames[0])}): each frame is shown as it is tagged.`,
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
