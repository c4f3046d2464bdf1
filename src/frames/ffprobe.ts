import { NstError } from '../error.js';
import { printable } from '../printable.js';
import { ChildFailure, childError, runChild } from './child.js';
import { findFfmpeg } from './ffmpeg.js';
import { mediaInput } from './media_input.js';
import { parseRational, rational, toNumber } from './rational.js';
import { rescueCommand } from './rescue_command.js';
import type { FrameTime } from './timing.js';

/** The part of ffprobe's JSON for one stream that this program reads. */
export interface ProbedStream {
  readonly index: number;
  readonly codec_type?: string;
  readonly codec_name?: string;
  readonly codec_tag_string?: string;
  readonly width?: number;
  readonly height?: number;
  readonly sample_aspect_ratio?: string;
  readonly pix_fmt?: string;
  readonly color_range?: string;
  readonly color_space?: string;
  readonly color_primaries?: string;
  readonly color_transfer?: string;
  readonly field_order?: string;
  readonly r_frame_rate?: string;
  readonly avg_frame_rate?: string;
  readonly time_base?: string;
  readonly start_time?: string;
  /** Ticks of the time base, as is `duration_ts`. */
  readonly start_pts?: number;
  readonly duration_ts?: number;
  readonly nb_frames?: string;
  readonly channels?: number;
  readonly channel_layout?: string;
  readonly sample_rate?: string;
  readonly disposition?: Readonly<Record<string, number>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly side_data_list?: readonly { readonly rotation?: number; readonly displaymatrix?: string }[];
}

export interface ProbedFile {
  readonly streams: readonly ProbedStream[];
  readonly format: {
    readonly format_name?: string;
    readonly duration?: string;
    readonly start_time?: string;
    readonly tags?: Readonly<Record<string, string>>;
  };
  readonly chapters: readonly unknown[];
}

/** ffmpeg's words for a format that is not among those that may be opened. */
const REFUSED = /\[([\w,]+) @ [^\]]*\] Format not on whitelist/;

async function ffprobe<T>(path: string, args: readonly string[], signal?: AbortSignal): Promise<T> {
  const tools = await findFfmpeg();
  try {
    const common = ['-v', 'error', '-of', 'json=compact=1'];
    const text = await runChild(tools.ffprobe, [...common, ...args, ...mediaInput(path)], { signal });
    return parsed<T>(tools.ffprobe, text);
  } catch (error) {
    const [, format] = (error instanceof ChildFailure && REFUSED.exec(error.stderr)) || [];
    if (format)
      throw new NstError(
        'input',
        'NOT_MEDIA',
        `${path}: expected a film, found ${format}, a format that this program does not open.`,
        { cause: error },
      );
    throw childError(error, 'input', 'NOT_MEDIA', `${path} is no film that ffmpeg can read`);
  }
}

/** @throws NstError environment FFPROBE_BAD where what the program said is no answer of ffprobe. */
function parsed<T>(program: string, text: string): T {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer === 'object' && answer !== null) return answer as T;
  } catch {
    // Said below, as for any other text.
  }
  const sentence = `${program}: expected the answer of ffprobe, found "${printable(text, 40)}"`;
  throw new NstError('environment', 'FFPROBE_BAD', sentence);
}

/** @throws NstError input NOT_MEDIA. */
export async function probeFile(path: string): Promise<ProbedFile> {
  const all = ['-show_streams', '-show_format', '-show_chapters'];
  const { streams = [], format = {}, chapters = [] } = await ffprobe<Partial<ProbedFile>>(path, all);
  return { streams, format, chapters };
}

/** Codecs whose packets are one shown frame each when the packets look in order. */
const FRAME_PER_PACKET = new Set(
  'h264 hevc av1 vp9 mpeg4 mpeg2video mjpeg prores dnxhd ffv1 png rawvideo huffyuv ffvhuff utvideo qtrle'.split(
    ' ',
  ),
);

interface Packet {
  readonly pts?: number;
  readonly dts?: number;
  readonly duration?: number;
  readonly flags?: string;
}

/**
 * The time of every frame that decoding will give, in no particular order. Packets are listed where they tell
 * (fast); fields, edit lists, pictures before the first key frame and codecs with hidden frames need decoding.
 *
 * @param onLostStart hears how many seconds at the beginning cannot be decoded.
 * @throws NstError input NOT_MEDIA; CLOCK_RESTARTS where recordings were put one after another as bytes.
 */
export async function frameTimes(
  path: string,
  stream: ProbedStream,
  file: Pick<ProbedFile, 'streams'>,
  onLostStart: (seconds: number) => void = () => {},
): Promise<FrameTime[]> {
  const select = ['-select_streams', String(stream.index)];
  const entries = 'packet=pts,dts,duration,flags';
  const { packets = [] } = await ffprobe<{ packets?: Packet[] }>(path, [...select, '-show_entries', entries]);
  assertOneClock(
    path,
    stream,
    packets.map(({ dts }) => dts),
    file,
  );
  const first = packets[0];
  const progressive = !stream.field_order || /^(progressive|unknown)$/.test(stream.field_order);
  // Pictures that are decoded but never shown (VP9, AV1) may be packets of their own, at another's time.
  const distinct = new Set(packets.map(({ pts }) => pts)).size === packets.length;
  const plain =
    distinct &&
    first?.flags?.includes('K') &&
    packets.every((p) => p.pts !== undefined && p.pts >= first.pts! && !p.flags?.includes('D'));
  if (FRAME_PER_PACKET.has(stream.codec_name ?? '') && progressive && plain) {
    return packets.map(({ pts, duration }) => ({ pts, duration }));
  }
  // `pkt_duration` became `duration` in the course of version 5.
  const { frames = [] } = await ffprobe<{ frames?: Record<string, number | undefined>[] }>(path, [
    ...select,
    '-show_entries',
    'frame=best_effort_timestamp,duration,pkt_duration',
  ]);
  const times = frames.map((frame) => ({
    pts: frame.best_effort_timestamp,
    duration: frame.duration ?? frame.pkt_duration,
  }));
  const earliest = (all: readonly { readonly pts?: number | undefined }[]) =>
    all.reduce((least, { pts = least }) => Math.min(least, pts), Number.POSITIVE_INFINITY);
  const shown = packets.filter(({ flags }) => !flags?.includes('D'));
  const lost = (earliest(times) - earliest(shown)) * toNumber(parseRational(stream.time_base) ?? rational(0));
  if (lost > LOST_START_SECONDS && Number.isFinite(lost)) onLostStart(lost);
  return times;
}

/** A film cut out of another may begin with a few pictures that refer to what is not there. */
const LOST_START_SECONDS = 0.3;

/** Times a container only guesses may step back a little; a new recording begins far behind the old one's end. */
const RESTART_SECONDS = 1;

function assertOneClock(
  path: string,
  stream: ProbedStream,
  ticks: readonly (number | undefined)[],
  file: Pick<ProbedFile, 'streams'>,
): void {
  const timeBase = parseRational(stream.time_base);
  const most = timeBase ? RESTART_SECONDS / toNumber(timeBase) : Number.POSITIVE_INFINITY;
  let latest = Number.NEGATIVE_INFINITY;
  for (const tick of ticks) {
    if (tick === undefined) continue;
    if (tick < latest - most) {
      const way = { input: '-fflags +genpts', picture: '-c:v copy', output: 'joined.mkv' };
      const rescue = rescueCommand(path, stream, file, way);
      const sentence = `${path}: its clock starts anew in the middle, as where recordings were joined byte by byte. Give it one clock with: ${rescue}`;
      throw new NstError('input', 'CLOCK_RESTARTS', sentence);
    }
    latest = Math.max(latest, tick);
  }
}

/** How many packets each stream has, in the order of the file. */
export async function countPackets(path: string): Promise<{ kind: string; packets: number }[]> {
  const args = ['-count_packets', '-show_entries', 'stream=codec_type,nb_read_packets'];
  type Counted = { codec_type?: string; nb_read_packets?: string };
  const { streams = [] } = await ffprobe<{ streams?: Counted[] }>(path, args);
  return streams.map(({ codec_type: kind = '', nb_read_packets: packets = 0 }) => ({
    kind,
    packets: Number(packets),
  }));
}

/** What a picture says of itself. */
export interface KeyFrame {
  /** Seconds in the file's time. */
  readonly time: number | undefined;
  /** Pixels as stored: `720x576`. */
  readonly size: string;
  readonly aspect: string | undefined;
  readonly matrix: string | undefined;
  readonly range: string | undefined;
  /** How it asks to be turned, as streams do; empty where it does not. */
  readonly orientation: NonNullable<ProbedStream['side_data_list']>;
}

/** The key frames of a stream, of its first `seconds` where so many are given. */
export async function keyFrames(
  path: string,
  stream: number,
  { seconds, signal }: { seconds?: number | undefined; signal?: AbortSignal | undefined } = {},
): Promise<KeyFrame[]> {
  const part = seconds === undefined ? [] : ['-read_intervals', `%+${seconds.toFixed(6)}`];
  const says = 'best_effort_timestamp_time,width,height,sample_aspect_ratio,color_space,color_range';
  type Frame = Pick<ProbedStream, 'width' | 'height' | 'sample_aspect_ratio' | 'color_space'> &
    Pick<ProbedStream, 'color_range' | 'side_data_list'> & { best_effort_timestamp_time?: string };
  const { frames = [] } = await ffprobe<{ frames?: Frame[] }>(
    path,
    [
      ...['-skip_frame', 'nokey', '-select_streams', String(stream), ...part],
      ...['-show_entries', `frame=${says}:frame_side_data=rotation,displaymatrix`],
    ],
    signal,
  );
  return frames.map(({ best_effort_timestamp_time: time, side_data_list: data = [], ...frame }) => ({
    time: time === undefined ? undefined : Number(time),
    size: `${frame.width}x${frame.height}`,
    aspect: frame.sample_aspect_ratio,
    matrix: frame.color_space,
    range: frame.color_range,
    orientation: data.filter(({ rotation }) => rotation !== undefined),
  }));
}

/** The display matrix that the first picture of a stream itself asks for, as ffprobe has it of streams. */
export async function firstOrientation(
  path: string,
  stream: number,
): Promise<NonNullable<ProbedStream['side_data_list']>> {
  const { frames = [] } = await ffprobe<{ frames?: Pick<ProbedStream, 'side_data_list'>[] }>(path, [
    ...['-select_streams', String(stream), '-read_intervals', '%+#1'],
    ...['-show_entries', 'frame_side_data=rotation,displaymatrix'],
  ]);
  return frames[0]?.side_data_list ?? [];
}

/** The kinds of side data that the first few frames of a stream come with, as ffmpeg names them. */
export async function frameSideData(path: string, stream: number, frames: number): Promise<Set<string>> {
  const some = ['-select_streams', String(stream), '-read_intervals', `%+#${frames}`];
  type Frame = { side_data_list?: { side_data_type?: string }[] };
  const { frames: list = [] } = await ffprobe<{ frames?: Frame[] }>(path, [
    ...some,
    '-show_entries',
    'frame_side_data=side_data_type',
  ]);
  return new Set(list.flatMap(({ side_data_list: data = [] }) => data.map((d) => d.side_data_type ?? '')));
}

/** Counts the packets of a stream, but no further than `most`. */
export async function countUpTo(path: string, index: number, most: number): Promise<number> {
  const args = ['-select_streams', String(index), '-read_intervals', `%+#${most}`];
  const { packets = [] } = await ffprobe<{ packets?: unknown[] }>(path, [
    ...args,
    '-show_entries',
    'packet=pts',
  ]);
  return packets.length;
}
