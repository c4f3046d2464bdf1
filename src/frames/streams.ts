import { decimal } from './decimal.js';
import type { FilmContents, Part, Way } from './film_parts.js';
import type { MediaInfo } from './probe.js';
import { joinRanges } from './ranges.js';
import { frameStart, type Timing } from './timing.js';

/** A part of the film in the way that was chosen for it. */
export interface KeptPart {
  readonly part: Part;
  readonly way: Way;
}

/** How ffmpeg gets the parts of a film: the source is its input 1. */
export interface StreamArguments {
  readonly filter: string | undefined;
  readonly args: readonly string[];
}

/** Streams of a whole film: copied or converted from end to end. */
export function wholeStreams(kept: readonly KeptPart[]): StreamArguments {
  const args: string[] = [];
  of(kept, 'sound').forEach(({ part, way }, i) => {
    args.push('-map', `1:${part.index}`, ...soundEncoder(way, i));
    if (way.filter) args.push(`-filter:a:${i}`, way.filter);
  });
  of(kept, 'subtitle').forEach(({ part, way }, i) => {
    args.push('-map', `1:${part.index}`, `-c:s:${i}`, way.codec!);
  });
  for (const { part } of of(kept, 'attachment')) args.push('-map', `1:${part.index}`, '-c:t', 'copy');
  return { filter: undefined, args };
}

/**
 * The sound of some frames only: cut at the exact times of their edges and joined. That falls between the packets
 * of any codec, so it is encoded again. Sound that starts late or ends early is filled up with silence first.
 *
 * @param timing of the film; frame i is shown from `source.video.startTime + frameStart(timing, i)` seconds on.
 */
export function rangeStreams(
  kept: readonly KeptPart[],
  { source, ranges = [] }: FilmContents,
  timing: Timing,
): StreamArguments {
  const args: string[] = [];
  const chains: string[] = [];
  const { startTime } = source.video;
  const time = (frame: number) => decimal(startTime + frameStart(timing, frame));
  const joined = joinRanges(ranges);
  of(kept, 'sound').forEach(({ part, way }, i) => {
    const stream = part.stream!;
    const begin = Math.round(startTime * (stream.sampleRate ?? 48000));
    const n = joined.length;
    const copies = joined.map((_, k) => `[s${i}_${k}]`).join('');
    const fit = way.filter ? `${way.filter},` : '';
    chains.push(`[1:${stream.index}]${fit}aresample=async=1:first_pts=${begin},apad,asplit=${n}${copies}`);
    joined.forEach(({ first, last }, k) => {
      const cut = `atrim=start=${time(first)}:end=${time(last + 1)},asetpts=PTS-STARTPTS`;
      chains.push(`[s${i}_${k}]${cut}[c${i}_${k}]`);
    });
    const cuts = joined.map((_, k) => `[c${i}_${k}]`).join('');
    chains.push(`${cuts}concat=n=${n}:v=0:a=1[sound${i}]`);
    args.push('-map', `[sound${i}]`, ...soundEncoder(way, i));
    // A filter's output knows nothing of its source: language and title, and what players choose by themselves.
    args.push(`-map_metadata:s:a:${i}`, `1:s:${stream.index}`);
    args.push(`-disposition:a:${i}`, stream.isDefault ? 'default' : '0');
  });
  return { filter: chains.length > 0 ? chains.join(';') : undefined, args };
}

/** Arguments for the whole file: titles, chapters, the time code. */
export function fileArguments(kept: readonly KeptPart[], { timecode }: MediaInfo): string[] {
  const options = (kind: Part['kind']) => of(kept, kind)[0]?.way.options;
  return [
    ...(options('tags') ?? ['-map_metadata', '-1']),
    ...(options('chapters') ?? ['-map_chapters', '-1']),
    // A tag of the source's tells of its own first frame, or is none that the film can have.
    ...(options('timecode') ?? (timecode ? ['-metadata', 'timecode='] : [])),
  ];
}

/** The parts of a kind in the order in which they are kept. */
export function of(kept: readonly KeptPart[], kind: Part['kind']): KeptPart[] {
  return kept.filter(({ part }) => part.kind === kind);
}

/** The options of an encoder for the film's sound `i` alone. */
function soundEncoder({ codec, options = [] }: Way, i: number): string[] {
  const own = options.map((word, k) => (k % 2 === 1 ? word : `${word.replace(/:a$/, '')}:a:${i}`));
  return [`-c:a:${i}`, codec!, ...own];
}
