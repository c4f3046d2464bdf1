import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ffmpeg, painting, run, scratchFolder, streams } from '../support/program.js';

const folder = scratchFolder();
const at = (name: string) => join(folder, name);
const unpainted = ['--style', painting, '--iterations', '0'];
const work = at('out.mov.nst');
const kinds = (name: string) => streams(at(name)).map((s) => s.codec_type);

/** A film whose second sound is of a codec that no ffmpeg knows. */
beforeAll(() => {
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=64x48:rate=25'];
  const tones = ['-f', 'lavfi', '-i', 'sine', '-f', 'lavfi', '-i', 'sine=f=880'];
  const maps = ['-map', '0', '-map', '1', '-map', '2', '-t', '0.12'];
  const quick = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac'];
  ffmpeg(...picture, ...tones, ...maps, ...quick, at('in.mov'));
  const bytes = readFileSync(at('in.mov'));
  const places = [...bytes.toString('latin1').matchAll(/mp4a/g)].map(({ index }) => index);
  const second = places.slice(places.length / 2);
  for (const place of second) bytes.write('apac', place, 'latin1');
  bytes.write('dapa', bytes.indexOf('esds', second[0]), 'latin1');
  writeFileSync(at('in.mov'), bytes);
});

/** Encodes the work folder; the program's notes. */
async function encoded(output: string, ...more: string[]): Promise<string[]> {
  const { status, stderr } = await run(['encode', work, '-o', at(output), ...more]);
  expect(status, stderr).toBe(0);
  return stderr.split('\n').filter((line) => line.startsWith('note: '));
}

describe('painted, so encoded', () => {
  const left = 'note: Sound stream 2 (apac) is left out: this ffmpeg cannot decode it.';

  it('what the container refuses is refused before anything is painted', async () => {
    const { status, stderr } = await run([
      at('in.mov'),
      ...unpainted,
      '-o',
      at('x.webm'),
      '--codec',
      'libx264',
    ]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/x\.webm: ffmpeg does not take these encoder settings: /);
    expect(existsSync(at('x.webm.nst'))).toBe(false);
  });

  it('what it cannot have is told before painting, once, and again by encode', async () => {
    const { status, stderr } = await run([at('in.mov'), ...unpainted, '-o', at('out.mov')]);
    expect(status, stderr).toBe(0);
    expect(stderr.split(left)).toHaveLength(2);
    expect(stderr.indexOf(left)).toBeLessThan(stderr.indexOf('frame 1 of 3'));
    expect(kinds('out.mov')).toEqual(['video', 'audio']);
    expect(await encoded('again.mkv')).toEqual([left]);
    expect(kinds('again.mkv')).toEqual(['video', 'audio']);
  });

  it('with the film without what was at fault, or without the film', async () => {
    renameSync(at('in.mov'), at('moved.mov'));
    const gone = await encoded('gone.mp4');
    expect(gone.join()).toMatch(/in\.mov does not exist.*alone, without sound, subtitles and titles\./);
    expect(streams(at('gone.mp4'))).toMatchObject([
      { codec_type: 'video', nb_read_frames: '3', r_frame_rate: '25/1' },
    ]);
    ffmpeg('-i', at('moved.mov'), '-map', '0:v', '-map', '0:1', '-c', 'copy', at('in.mov'));
    const changed = await encoded('changed.mp4');
    expect(changed.join()).toMatch(/in\.mov: .*found other contents\. .*taken as they are now\./);
    expect(kinds('changed.mp4')).toEqual(['video', 'audio']);
    ffmpeg('-i', at('moved.mov'), '-map', '0:v', '-r', '10', at('in.mov'));
    expect((await encoded('another.mp4')).join()).toMatch(/found other contents\. .*painted frames alone/);
    expect(kinds('another.mp4')).toEqual(['video']);
  });
});
