// A film of any length in a single shot: a camera that goes to and fro over a photograph, with sound.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { findFfmpeg } from '../../../dist/frames/ffmpeg.js';

const scene = fileURLToPath(new URL('../../../assets/bunny.mp4', import.meta.url));

export const FILM = { width: 64, height: 48, rate: 25 };

/** Px from one end of the camera's way to the other, a pixel a frame. */
const WAY = 200;

export async function writeFilm(path, frames) {
  const { ffmpeg } = await findFfmpeg();
  const { width, height, rate } = FILM;
  const place = `'abs(mod(n,${2 * WAY})-${WAY})'`;
  const pan = `trim=end_frame=1,loop=-1:1,setpts=N/${rate}/TB,crop=${width}:${height}:${place}:60`;
  execFileSync(ffmpeg, [
    ...['-v', 'error', '-y', '-i', scene, '-f', 'lavfi', '-i', 'sine=frequency=330'],
    ...['-filter_complex', `[0:v]${pan},fps=${rate}[v]`, '-map', '[v]', '-map', '1:a'],
    ...[
      '-frames:v',
      `${frames}`,
      '-t',
      `${frames / rate}`,
      '-c:v',
      'libx264',
      '-qp',
      '10',
      '-c:a',
      'aac',
      path,
    ],
  ]);
}
