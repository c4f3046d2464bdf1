import type { Container } from './output.js';
import type { MediaInfo, StreamInfo } from './probe.js';
import { type FrameRange, isWhole } from './ranges.js';
import { toNumber } from './rational.js';
import { fitChannels, mixToStereo, type SoundFit } from './sound_fit.js';
import { movedTimecode } from './timecode.js';
import { frameStart } from './timing.js';

/** One way in which a part gets into the film. */
export interface Way {
  /** ffmpeg's encoder, or `copy`; of sound and subtitles. */
  readonly codec?: string;
  /** Options of the encoder; of other parts their arguments. */
  readonly options?: readonly string[];
  /** ffmpeg's filter, of sound. */
  readonly filter?: string;
  /** One sentence, where the film gets something else than the source has. */
  readonly note?: string;
}

/** Something that a film may have besides its picture; each is kept or left out by itself. */
export interface Part {
  readonly kind: 'sound' | 'subtitle' | 'attachment' | 'chapters' | 'tags' | 'timecode';
  /** As sentences begin: `Sound stream 1 (eng)`. */
  readonly name: string;
  /** The stream, of sound and subtitles. */
  readonly stream?: StreamInfo;
  /** Among all streams of the source, where it is one. */
  readonly index?: number;
  /** The best first. */
  readonly ways: readonly Way[];
}

/** Pictures instead of text: no container's text codec can take them. */
const BITMAP_SUBTITLES = new Set([
  'hdmv_pgs_subtitle',
  'dvd_subtitle',
  'dvb_subtitle',
  'xsub',
  'dvb_teletext',
]);
const BITRATE_PER_CHANNEL = 96;

/** Which frames of which film go where. */
export interface FilmContents {
  readonly source: MediaInfo;
  readonly sourceGone?: boolean;
  readonly container: Container;
  /** All frames by default. */
  readonly ranges?: readonly FrameRange[];
}

/** All that can go into a film besides its picture, and sentences on what certainly cannot. */
export function partsOf(film: FilmContents): { parts: Part[]; notes: string[] } {
  const notes: string[] = [];
  const parts = film.source.pictures || film.sourceGone ? [] : partsOfFile(film, notes);
  const timecode = timecodePart(film, notes);
  return { parts: timecode ? [...parts, timecode] : parts, notes };
}

function partsOfFile({ source, container, ranges }: FilmContents, notes: string[]): Part[] {
  const whole = isWhole(ranges, source.video.frameCount);
  const parts: Part[] = source.audio.map((stream) => soundPart(stream, container, whole));
  if (whole) {
    for (const stream of source.subtitles) {
      const part = subtitlePart(stream, container);
      if (part.ways.length > 0) parts.push(part);
      else notes.push(leftOut(part, `${container.format} cannot hold it`));
    }
    if (container.attachments) parts.push(...source.attachments.map(attachmentPart));
    else if (source.attachments.length > 0)
      notes.push(`Attached files are left out: ${container.format} cannot hold them.`);
    if (source.chapters)
      parts.push({
        kind: 'chapters',
        name: 'The list of chapters',
        ways: [{ options: ['-map_chapters', '1'] }],
      });
  } else if (source.subtitles.length > 0) notes.push('Subtitles are left out of a film of chosen frames.');
  parts.push({
    kind: 'tags',
    name: 'The tags of the file',
    ways: [{ options: ['-map_metadata', '1'] }],
  });
  return parts;
}

/** One sentence on a part that the film does not get. */
export function leftOut({ name, stream }: Part, reason: string): string {
  return `${name}${stream ? ` (${stream.codec})` : ''} is left out: ${reason}.`;
}

/**
 * Sound is copied where the container holds it, else converted, with as many channels as there are where any of the
 * container's encoders takes them, else mixed to stereo. Some frames' sound falls between packets: it is not copied.
 */
function soundPart(stream: StreamInfo, container: Container, whole: boolean): Part {
  const name = named('Sound', stream);
  const encode = (codec: string, { filter, options = [], change }: SoundFit): Way => {
    const channels = change?.endsWith('stereo') ? 2 : (stream.channels ?? 2);
    const lossless = /^(flac|pcm)/.test(codec);
    const rate = lossless ? [] : ['-b:a', `${BITRATE_PER_CHANNEL * channels}k`];
    const converted = `${name} is converted from ${stream.codec} to ${plain(codec)}`;
    const note = whole ? `${converted}${change ? ` and ${change}` : ''}.` : change && `${name} is ${change}.`;
    return { codec, filter, options: [...rate, ...options], note };
  };
  const copied = whole && container.sound.has(stream.codec) ? [{ codec: 'copy' }] : [];
  const all = container.soundCodecs.flatMap((codec) => {
    const fit = fitChannels(codec, stream);
    // Sound may turn out to be otherwise than its header says.
    return fit ? [fit, ...(fit.filter ? [{}] : [])].map((way) => encode(codec, way)) : [];
  });
  const several = (stream.channels ?? 2) > 2;
  const mixes = [mixToStereo(stream), mixToStereo({ ...stream, layout: undefined })];
  const mixed = several ? mixes.map((fit) => encode(container.soundCodecs[0], fit)) : [];
  return { kind: 'sound', name, stream, index: stream.index, ways: [...copied, ...all, ...mixed] };
}

function subtitlePart(stream: StreamInfo, container: Container): Part {
  const name = named('Subtitle', stream);
  const codec = container.subtitleCodec;
  const copied: Way[] = container.subtitles.has(stream.codec) ? [{ codec: 'copy' }] : [];
  const note = `${name} is converted from ${stream.codec} to ${plain(codec)}.`;
  const converted: Way[] = BITMAP_SUBTITLES.has(stream.codec) ? [] : [{ codec, note }];
  return { kind: 'subtitle', name, stream, index: stream.index, ways: [...copied, ...converted] };
}

function attachmentPart(index: number): Part {
  return { kind: 'attachment', name: `Attached file ${index}`, index, ways: [{ codec: 'copy' }] };
}

/** The time code of the first frame that is chosen. */
function timecodePart({ source, ranges }: FilmContents, notes: string[]): Part | undefined {
  const { timecode, video } = source;
  if (!timecode) return undefined;
  const name = `The time code ${timecode.text}`;
  const begin = ranges ? Math.min(...ranges.map(({ first }) => first)) : 0;
  const perSecond = Math.round(toNumber(video.frameRate));
  const frames = video.edges ? Math.round(frameStart(video, begin) * perSecond) : begin;
  const text = movedTimecode(timecode, video.frameRate, frames);
  const part: Part = {
    kind: 'timecode',
    name,
    ways: text ? [{ options: ['-metadata', `timecode=${text}`] }] : [],
  };
  if (text) return part;
  notes.push(leftOut(part, 'expected hours, minutes, seconds and frames'));
  return undefined;
}

function named(kind: string, stream: StreamInfo): string {
  const language = stream.language && stream.language !== 'und' ? ` (${stream.language})` : '';
  return `${kind} stream ${stream.index}${language}`;
}

function plain(codec: string): string {
  return codec.replace(/^lib/, '');
}
