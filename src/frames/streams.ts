import type { Container } from './output.js';
import type { MediaInfo, StreamInfo } from './probe.js';
import type { FrameRange } from './ranges.js';
import { frameStart, type Timing } from './timing.js';

/** What becomes of the source's other streams: arguments for ffmpeg, and sentences for the user. */
export interface StreamPlan {
  readonly filter: string | undefined;
  readonly args: readonly string[];
  readonly notes: readonly string[];
}

/** Pictures instead of text: no container's text codec can take them. */
const BITMAP_SUBTITLES = new Set([
  'hdmv_pgs_subtitle',
  'dvd_subtitle',
  'dvb_subtitle',
  'xsub',
  'dvb_teletext',
  'eia_608',
]);
const BITRATE_PER_CHANNEL = 96;

/**
 * Sound, subtitles and attachments of a whole film: copied where the container holds them, converted or left out
 * with a note where not. The source is ffmpeg's input 1.
 */
export function wholeStreams(source: MediaInfo, container: Container): StreamPlan {
  const args: string[] = [];
  const notes: string[] = [];
  source.audio.forEach((stream, i) => {
    args.push('-map', `1:${stream.index}`);
    if (container.sound.has(stream.codec)) args.push(`-c:a:${i}`, 'copy');
    else {
      args.push(...soundEncoder(stream, i, container));
      notes.push(
        `${named('Sound', stream)} is converted from ${stream.codec} to ${plain(container.soundCodec)}.`,
      );
    }
  });
  let kept = 0;
  for (const stream of source.subtitles) {
    const copied = container.subtitles.has(stream.codec);
    if (!copied && BITMAP_SUBTITLES.has(stream.codec)) {
      notes.push(
        `${named('Subtitle', stream)} (${stream.codec}) is left out: ${container.format} cannot hold it.`,
      );
      continue;
    }
    args.push('-map', `1:${stream.index}`, `-c:s:${kept++}`, copied ? 'copy' : container.subtitleCodec);
    if (!copied) {
      notes.push(
        `${named('Subtitle', stream)} is converted from ${stream.codec} to ${plain(container.subtitleCodec)}.`,
      );
    }
  }
  if (container.attachments)
    for (const index of source.attachments) args.push('-map', `1:${index}`, '-c:t', 'copy');
  else if (source.attachments.length > 0)
    notes.push(`Attached files are left out: ${container.format} cannot hold them.`);
  return { filter: undefined, args, notes };
}

/**
 * The sound of some frames only: cut at the exact times of their edges and joined. That falls between the packets
 * of any codec, so it is encoded again. Sound that starts late or ends early is filled up with silence first.
 *
 * @param timing of the film; frame i is shown from `source.video.startTime + frameStart(timing, i)` seconds on.
 */
export function rangeStreams(
  source: MediaInfo,
  container: Container,
  ranges: readonly FrameRange[],
  timing: Timing,
): StreamPlan {
  const args: string[] = [];
  const chains: string[] = [];
  const { startTime } = source.video;
  const time = (frame: number) => (startTime + frameStart(timing, frame)).toFixed(9);
  source.audio.forEach((stream, i) => {
    const rate = stream.sampleRate ?? 48000;
    const begin = Math.round(startTime * rate);
    const n = ranges.length;
    const copies = ranges.map((_, k) => `[s${i}_${k}]`).join('');
    chains.push(`[1:${stream.index}]aresample=async=1:first_pts=${begin},apad,asplit=${n}${copies}`);
    ranges.forEach(({ first, last }, k) => {
      const cut = `atrim=start=${time(first)}:end=${time(last + 1)},asetpts=PTS-STARTPTS`;
      chains.push(`[s${i}_${k}]${cut}[c${i}_${k}]`);
    });
    const cuts = ranges.map((_, k) => `[c${i}_${k}]`).join('');
    chains.push(`${cuts}concat=n=${n}:v=0:a=1[sound${i}]`);
    args.push('-map', `[sound${i}]`, ...soundEncoder(stream, i, container));
    // A filter's output knows nothing of its source: language and title, and what players choose by themselves.
    args.push(`-map_metadata:s:a:${i}`, `1:s:${stream.index}`);
    args.push(`-disposition:a:${i}`, stream.isDefault ? 'default' : '0');
  });
  const notes: string[] = [];
  if (source.audio.length > 0) {
    notes.push(
      `The sound of the chosen frames is cut out and encoded again as ${plain(container.soundCodec)}.`,
    );
  }
  if (source.subtitles.length > 0) notes.push('Subtitles are left out of a film of chosen frames.');
  return { filter: chains.length > 0 ? chains.join(';') : undefined, args, notes };
}

function soundEncoder(stream: StreamInfo, i: number, container: Container): string[] {
  const codec = container.soundCodec;
  if (codec === 'flac') return [`-c:a:${i}`, codec];
  return [`-c:a:${i}`, codec, `-b:a:${i}`, `${BITRATE_PER_CHANNEL * (stream.channels ?? 2)}k`];
}

function named(kind: string, stream: StreamInfo): string {
  const language = stream.language && stream.language !== 'und' ? ` (${stream.language})` : '';
  return `${kind} stream ${stream.index}${language}`;
}

function plain(codec: string): string {
  return codec.replace(/^lib/, '');
}
