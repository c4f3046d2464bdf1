import { execFileSync, execSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { NstError } from '../../dist/error.js';
import { decodeFrames } from '../../dist/frames/decode.js';
import { type EncodeOptions, encodeFilm } from '../../dist/frames/encode.js';
import { type MediaInfo, type ProbeOptions, probe } from '../../dist/frames/probe.js';
import type { Picture } from '../../dist/picture.js';

/** A folder of its own for the test file, removed at its end. */
export function temporaryFolder(): (name: string) => string {
  const folder = mkdtempSync(join(tmpdir(), 'nst-frames-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return (name) => join(folder, name);
}

/** Runs ffmpeg and returns what it wrote to its stdout. */
export function ffmpeg(...args: string[]): Buffer {
  return execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args], { maxBuffer: 1 << 28 });
}

/** A small moving picture, and quick encoding: `...PICTURE, ...QUICK`. */
export const testPicture = (size = '64x36', rate = '25', seconds = 1): string[] => [
  ...['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=${rate}:d=${seconds}`],
];
export const QUICK = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];

interface Listing {
  // biome-ignore lint/suspicious/noExplicitAny: ffprobe's answer as it is
  [section: string]: any;
}

export function ffprobe(path: string, ...args: string[]): Listing {
  return JSON.parse(execFileSync('ffprobe', ['-v', 'error', '-of', 'json', ...args, path]).toString());
}

/**
 * Writes a turn into the display matrix of an MP4's first track (ISO 14496-12 §8.3.2, `tkhd`): players show it turned
 * clockwise by so many degrees. ffmpeg's own way of asking for it differs between its versions.
 */
export function turn(path: string, degrees: 0 | 90 | 180 | 270): void {
  const bytes = readFileSync(path);
  const matrix = bytes.indexOf('tkhd', 0, 'latin1') + 44;
  const one = 0x10000;
  const [cos, sin] = { 0: [one, 0], 90: [0, one], 180: [-one, 0], 270: [0, -one] }[degrees];
  bytes.writeInt32BE(cos, matrix);
  bytes.writeInt32BE(sin, matrix + 4);
  bytes.writeInt32BE(-sin, matrix + 12);
  bytes.writeInt32BE(cos, matrix + 16);
  writeFileSync(path, bytes);
}

/** The time stamps of one stream's packets in seconds, in presentation order. */
export function packetTimes(path: string, stream: string): number[] {
  const { packets } = ffprobe(path, '-select_streams', stream, '-show_entries', 'packet=pts_time');
  return packets.map((p: { pts_time: string }) => Number(p.pts_time)).sort((a: number, b: number) => a - b);
}

/** All frames of a film at its own size, or at another. */
export async function decodeAll(media: MediaInfo, size?: { width: number; height: number }) {
  const frames: { index: number; picture: Picture }[] = [];
  const { displayWidth: width, displayHeight: height } = media.video;
  for await (const frame of decodeFrames(media, { width, height, ...size })) frames.push(frame);
  return frames;
}

export async function* picturesOf(frames: AsyncIterable<{ picture: Picture }>): AsyncGenerator<Picture> {
  for await (const { picture } of frames) yield picture;
}

/** Repaints nothing, quickly: the frames of one film, at its own size made even, with its sound, as another. */
export async function throughFilm(
  input: string,
  output: string,
  { ranges, encoder, ...stream }: ProbeOptions & Partial<Pick<EncodeOptions, 'ranges' | 'encoder'>> = {},
): Promise<{ media: MediaInfo; notes: string[] }> {
  const media = await probe(input, stream);
  const { displayWidth, displayHeight, frameRate } = media.video;
  const size = { width: displayWidth & ~1, height: displayHeight & ~1 };
  const frames = picturesOf(decodeFrames(media, { ...size, ranges }));
  const extra = output.endsWith('.webm')
    ? ['-cpu-used', '8', '-deadline', 'realtime']
    : ['-preset', 'ultrafast'];
  const film = { output, ...size, frameRate, frames, source: media, ranges };
  return { media, ...(await encodeFilm({ ...film, encoder: encoder ?? { extra } })) };
}

/** What a promise fails with; fails the test where it does not, or with anything but a plain NstError. */
export async function failure(promise: Promise<unknown>): Promise<NstError> {
  const error = await promise.then(
    () => expect.fail('expected an error'),
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(NstError);
  expect(error.message).not.toMatch(/\n\s+at /);
  return error;
}

/** Runs the ffmpeg command that a message ends with, as a shell would, but for the name of the file it makes. */
export function follow(message: string, named: string, made: string): void {
  const command = message.slice(message.indexOf('ffmpeg -'));
  expect(command.endsWith(named), command).toBe(true);
  execSync(`ffmpeg -v error -nostdin -y ${command.slice('ffmpeg '.length, -named.length)}'${made}'`);
}

/** The optional data folder beside the project; tests that need it skip where it is absent. */
export const shared = process.env.NST_SHARED ?? new URL('../../../shared', import.meta.url).pathname;
export const hasShared = existsSync(join(shared, 'clips/awkward'));
