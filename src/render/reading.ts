import { alphaPixelFormat, type EncoderSettings } from '../frames/encoder.js';
import { outputKind } from '../frames/output.js';
import { type MediaInfo, type ProbeOptions, probe } from '../frames/probe.js';
import { type FrameRange, parseRanges } from '../frames/ranges.js';
import { fitSize } from '../frames/size.js';
import { type FilmParts, settleParts } from '../frames/stream_trial.js';
import type { Settings } from './options/setting_types.js';

/** The settings that say how a film is read. */
export function readingOf({ fps, deinterlace, tonemap, videoStream, strict }: Settings): ProbeOptions {
  return { fps, deinterlace, tonemap, videoStream, ...(strict && { strict }) };
}

/** A film as a job reads it. */
export interface FilmSource {
  readonly media: MediaInfo;
  /** Of the frames that are worked on. */
  readonly width: number;
  readonly height: number;
  /** The frames that are wanted, all unless `--frames` says otherwise. */
  readonly ranges: readonly FrameRange[];
  /** One sentence where the size is not the film's own. */
  readonly sizeNote: string | undefined;
}

/**
 * Reads the headers of a film and works out the size and the frames that the settings want of it.
 *
 * @throws NstError usage INVALID_ARGUMENT; what `probe` throws.
 */
export async function lookAtFilm(input: string, settings: Settings): Promise<FilmSource> {
  const media = await probe(input, readingOf(settings));
  const { displayWidth, displayHeight, frameCount } = media.video;
  const { width, height, note } = fitSize(displayWidth, displayHeight, {
    longSide: settings.size,
    enlarge: settings.enlarge,
  });
  const ranges = settings.frames
    ? parseRanges(settings.frames, frameCount)
    : [{ first: 0, last: frameCount - 1 }];
  return { media, width, height, ranges, sizeNote: note };
}

/** The options that count for this film: none for one that is neither interlaced nor HDR. */
export function readWith({ video }: MediaInfo, settings: Settings): string | undefined {
  const { deinterlace, tonemap } = settings;
  const counting = [
    ...(video.interlaced ? [`--deinterlace ${deinterlace}`] : []),
    ...(video.toneMap ? [`--tonemap ${tonemap}`] : []),
  ];
  return counting.length > 0 ? counting.join(' ') : undefined;
}

/** The encoder's part of the settings; what was not given is the encoder's own default. */
export function encoderOf({ codec, crf, pixelFormat }: Settings): EncoderSettings {
  return { codec, crf, pixelFormat };
}

/** How an output is written that keeps the source's alpha where it can. */
export interface AlphaPlan {
  readonly kept: boolean;
  readonly encoder: EncoderSettings;
  /** One sentence where the source has alpha. */
  readonly note?: string;
}

/** What becomes of a film's alpha in this output. */
export async function planAlpha(media: MediaInfo, output: string, settings: Settings): Promise<AlphaPlan> {
  const encoder = encoderOf(settings);
  if (!media.video.alpha) return { kept: false, encoder };
  if ((await outputKind(output)) === 'pictures')
    return { kept: true, encoder, note: 'The film has alpha: it is painted over black and keeps its alpha.' };
  const pixelFormat = alphaPixelFormat(output, encoder);
  if (pixelFormat) {
    const note = `The film has alpha: it is painted over black and keeps its alpha (${pixelFormat}).`;
    return { kept: true, encoder: { ...encoder, pixelFormat }, note };
  }
  const note =
    'The film has alpha: it is painted over black, and the output has no alpha. A folder of pictures (-o pictures/), .webm, and .mov with --codec prores_ks keep it.';
  return { kept: false, encoder, note };
}

/** Finds out what the encoder and the container take of a film, before anything is painted. */
export function planParts(
  { media, alpha, ...film }: Omit<FilmSource, 'sizeNote'> & { output: string; alpha: AlphaPlan },
  signal?: AbortSignal,
): Promise<FilmParts> {
  const { output, width, height, ranges } = film;
  const source = { source: media, frameRate: media.video.frameRate };
  return settleParts({ output, width, height, ranges, ...source, encoder: alpha.encoder }, signal);
}
