import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type DecodeOptions, decodeFrames } from '../../dist/frames/decode.js';
import { type MediaInfo, probe } from '../../dist/frames/probe.js';
import { decodeAll, failure, ffmpeg, ffprobe, QUICK, temporaryFolder, testPicture } from './fixtures.js';

const at = temporaryFolder();
type Damage = Parameters<NonNullable<DecodeOptions['onDamage']>>[0];

/** Overwrites whole packets, counted in the order they are stored. */
function damage(name: string, ...numbers: number[]): void {
  const { packets } = ffprobe(at(name), '-select_streams', 'v', '-show_entries', 'packet=pos,size');
  const bytes = readFileSync(at(name));
  for (const i of numbers)
    bytes.fill(0, Number(packets[i].pos), Number(packets[i].pos) + Number(packets[i].size));
  writeFileSync(at(name), bytes);
}

async function heard(media: MediaInfo, ranges?: DecodeOptions['ranges']) {
  const damages: Damage[] = [];
  const frames = new Map<number, Float32Array>();
  const { displayWidth: width, displayHeight: height } = media.video;
  const onDamage = (found: Damage) => void damages.push(found);
  for await (const { index, picture } of decodeFrames(media, {
    width,
    height,
    onDamage,
    ...(ranges && { ranges }),
  }))
    frames.set(index, picture.data);
  return { frames, damages };
}

it.each([
  ['intra.avi', ['-c:v', 'mjpeg'], [0, 4, 5, 9]],
  ['intra.mov', ['-c:v', 'mjpeg'], [0, 4, 5, 9]],
  ['plain.mp4', [...QUICK, '-g', '1'], [3, 9]],
])('holds the frame before where one is missing: %s', async (name, codec, lost) => {
  ffmpeg(...testPicture('64x48', '10'), ...codec, at(name));
  const good = (await heard(await probe(at(name)))).frames;
  damage(name, ...lost);
  const media = await probe(at(name));
  const { frames, damages } = await heard(media);
  expect([...frames.keys()]).toEqual([...Array(10).keys()]);
  expect(damages).toEqual([{ held: lost }, { reported: expect.any(Number) }]);
  let shown = lost[0] === 0 ? 1 : 0;
  for (let i = 0; i < 10; i++) {
    if (!lost.includes(i)) shown = i;
    expect(frames.get(i), `frame ${i}`).toEqual(good.get(shown));
  }
  // Any part of the film is as in the whole, also one that begins with a lost frame.
  const part = await heard(media, [
    { first: 1, last: 1 },
    { first: lost[1], last: 9 },
  ]);
  for (const [i, picture] of part.frames) expect(picture).toEqual(frames.get(i));
  expect(part.frames.size).toBe(1 + 10 - lost[1]);
  const strict = await failure(decodeAll(await probe(at(name), { strict: true })));
  expect(strict).toMatchObject({ code: 'FRAMES_MISSING', exitCode: 3 });
});

it('counts no hidden frame of VP9', async () => {
  const codec = [
    '-c:v',
    'libvpx-vp9',
    '-b:v',
    '100k',
    '-auto-alt-ref',
    '1',
    '-lag-in-frames',
    '25',
    '-cpu-used',
    '8',
  ];
  const log = ['-passlogfile', at('pass')];
  ffmpeg(...testPicture('64x48', '25', 2), ...codec, ...log, '-pass', '1', '-f', 'null', '-');
  ffmpeg(...testPicture('64x48', '25', 2), ...codec, ...log, '-pass', '2', at('whole.webm'));
  ffmpeg(
    '-i',
    at('whole.webm'),
    '-c',
    'copy',
    '-bsf:v',
    'vp9_superframe_split',
    '-fflags',
    '-autobsf',
    at('split.mkv'),
  );
  const { packets } = ffprobe(at('split.mkv'), '-show_entries', 'packet=pts');
  expect(packets.length).toBeGreaterThan(50);
  const { frames, damages } = await heard(await probe(at('split.mkv')));
  expect(frames.size).toBe(50);
  expect(damages).toEqual([]);
});

it('says when the beginning cannot be decoded', async () => {
  ffmpeg(...testPicture('64x48', '10', 2), ...QUICK, '-g', '10', '-bf', '0', at('start.mp4'));
  damage('start.mp4', 0);
  const { video, notes } = await probe(at('start.mp4'));
  expect(video).toMatchObject({ frameCount: 10, startTime: 1 });
  expect(notes.join()).toMatch('first 1.00 s cannot be decoded');
  expect(await failure(probe(at('start.mp4'), { strict: true }))).toMatchObject({ exitCode: 3 });
});

it('fits frames of another size with bars, and says from which on', async () => {
  const stream = [...QUICK, '-g', '5', '-bf', '0', '-f', 'mpegts'];
  const colour = (size: string) => ['-f', 'lavfi', '-i', `color=white:s=${size}:r=10:d=1`];
  ffmpeg(...colour('64x48'), ...stream, at('a.ts'));
  ffmpeg(...colour('48x64'), ...stream, '-output_ts_offset', '1', at('b.ts'));
  writeFileSync(at('both.ts'), Buffer.concat([readFileSync(at('a.ts')), readFileSync(at('b.ts'))]));
  const { frames, damages } = await heard(await probe(at('both.ts')));
  expect(damages).toEqual([{ changed: 10 }]);
  const [edge, middle] = [24 * 64, 24 * 64 + 32];
  expect(frames.get(9)![edge]).toBeGreaterThan(250);
  expect(frames.get(10)![edge]).toBeLessThan(5);
  expect(frames.get(19)![middle]).toBeGreaterThan(250);
});

it.each([
  ['h', [-1, 0, 0, 1]],
  ['v', [1, 0, 0, -1]],
  ['transpose', [0, 1, 1, 0]],
  ['transverse', [0, -1, -1, 0]],
])('shows a mirrored film as players do: %s', async (name, matrix) => {
  ffmpeg(...testPicture('64x48', '10', 0.2), ...QUICK, at(`${name}.mp4`));
  const bytes = readFileSync(at(`${name}.mp4`));
  const place = bytes.indexOf('tkhd', 0, 'latin1') + 44;
  [0, 4, 12, 16].forEach((offset, i) => {
    bytes.writeInt32BE(matrix[i] * 0x10000, place + offset);
  });
  writeFileSync(at(`${name}.mp4`), bytes);
  const shown = ffmpeg('-i', at(`${name}.mp4`), '-frames:v', '1', '-pix_fmt', 'gbrp', '-f', 'rawvideo', '-');
  const [{ picture }] = await decodeAll(await probe(at(`${name}.mp4`)));
  const n = picture.width * picture.height;
  let sum = 0;
  // ffmpeg's planes are green, blue, red.
  [2, 0, 1].forEach((plane, c) => {
    for (let i = 0; i < n; i++) sum += Math.abs(picture.data[c * n + i] - shown[plane * n + i]);
  });
  expect(sum / (3 * n)).toBeLessThan(6);
});

it('takes a still beside a film for its thumbnail', async () => {
  for (const still of ['mjpeg', 'png']) {
    const picture = `still.${still === 'mjpeg' ? 'jpg' : 'png'}`;
    ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=96x96', '-frames:v', '1', at(picture));
    const two = ['-i', at(picture), ...testPicture('64x48', '10'), '-map', '0', '-map', '1'];
    ffmpeg(...two, '-c:v:0', 'copy', '-c:v:1', 'libx264', '-pix_fmt:v:1', 'yuv420p', at(`${still}.mkv`));
    const { video, notes } = await probe(at(`${still}.mkv`));
    expect(video).toMatchObject({ streamIndex: 1, width: 64, frameCount: 10 });
    expect(notes.join()).toMatch(/thumbnail.*left out/);
  }
});

it('shows frames of another range as they are tagged', async () => {
  const grey = ['-f', 'lavfi', '-i', 'color=c=0x202020:s=32x24:r=25:d=0.2'];
  const part = (range: string, format: string, start: string, name: string) =>
    ffmpeg(
      ...grey,
      ...['-vf', `scale=out_range=${range}:out_color_matrix=bt709,format=${format}`],
      ...['-color_range', range, '-colorspace', 'bt709', '-c:v', 'libx264', '-bf', '0', '-g', '5'],
      ...['-output_ts_offset', start, '-f', 'mpegts', at(name)],
    );
  part('tv', 'yuv420p', '0', 'limited.ts');
  part('pc', 'yuvj420p', '0.2', 'full.ts');
  writeFileSync(
    at('ranges.ts'),
    Buffer.concat([readFileSync(at('limited.ts')), readFileSync(at('full.ts'))]),
  );
  const { frames } = await heard(await probe(at('ranges.ts')));
  expect(frames.size).toBe(10);
  // Full-range 0x20 taken for limited would be shown as 19.
  const [first] = frames.get(0)!;
  expect(Math.abs(first - 32)).toBeLessThan(5);
  for (const [i, data] of frames) expect(Math.abs(data[300] - first), `frame ${i}`).toBeLessThan(5);
});

describe('what changes in mid-film at the same coded size', () => {
  const stream = [...QUICK, '-g', '5', '-bf', '0', '-f', 'mpegts'];
  const white = ['-f', 'lavfi', '-i', 'color=white:s=64x48:r=10:d=1'];
  const later = ['-output_ts_offset', '1'];
  const join = (name: string, ...parts: string[]) =>
    writeFileSync(at(name), Buffer.concat(parts.map((part) => readFileSync(at(part)))));
  const [edge, middle] = [24 * 64, 24 * 64 + 32];

  it('fits another pixel aspect with bars, in any part of the film', async () => {
    ffmpeg(...white, ...stream, at('square.ts'));
    ffmpeg(...white, '-vf', 'setsar=1/2', ...stream, ...later, at('narrow.ts'));
    join('aspect.ts', 'square.ts', 'narrow.ts');
    const media = await probe(at('aspect.ts'));
    const { frames, damages } = await heard(media);
    expect(damages).toEqual([{ changed: 10 }]);
    expect(frames.get(9)![edge]).toBeGreaterThan(250);
    expect(frames.get(10)![edge]).toBeLessThan(5);
    expect(frames.get(10)![middle]).toBeGreaterThan(250);
    const part = await heard(media, [{ first: 12, last: 13 }]);
    expect(part.frames.get(12)).toEqual(frames.get(12));
    expect(part.damages).toEqual([]);
  });

  it('shows another colour matrix as it is tagged', async () => {
    const red = ['-f', 'lavfi', '-i', 'color=0xc02020:s=64x48:r=10:d=1'];
    const matrix = (name: string) => ['-vf', `scale=out_color_matrix=${name}`, '-colorspace', name];
    ffmpeg(...red, ...matrix('smpte170m'), ...stream, at('601.ts'));
    ffmpeg(...red, ...matrix('bt709'), ...stream, ...later, at('709.ts'));
    join('matrix.ts', '601.ts', '709.ts');
    const { frames, damages } = await heard(await probe(at('matrix.ts')));
    expect(damages).toEqual([{ colours: [10] }]);
    for (const i of [0, 9, 10, 19])
      [0xc0, 0x20, 0x20].forEach((value, c) => {
        expect(Math.abs(frames.get(i)![c * 64 * 48 + middle] - value), `frame ${i}, ${c}`).toBeLessThan(5);
      });
  });

  it('turns pictures from where they ask for it', async () => {
    // Grey above, white below: turned, it is left and right.
    const halves = ['-vf', 'drawbox=h=24:color=0x404040:t=fill'];
    ffmpeg(...white, ...halves, ...stream, at('upright.ts'));
    const asking = 'h264_metadata=display_orientation=insert:rotate=90';
    ffmpeg('-i', at('upright.ts'), '-c', 'copy', '-bsf:v', asking, '-f', 'mpegts', ...later, at('turned.ts'));
    join('turn.ts', 'upright.ts', 'turned.ts');
    const { frames, damages } = await heard(await probe(at('turn.ts')));
    expect(frames.size).toBe(20);
    expect(damages).toEqual([{ changed: 10 }]);
    const at48 = (i: number, x: number, y: number) => Math.round(frames.get(i)![y * 64 + x]);
    for (const i of [0, 9]) expect([at48(i, 32, 4), at48(i, 32, 44)]).toEqual([64, 255]);
    for (const i of [10, 19]) {
      expect(at48(i, 4, 24)).toBeLessThan(5);
      expect(Math.abs(at48(i, 20, 24) - at48(i, 44, 24))).toBeGreaterThan(150);
      expect(Math.abs(at48(i, 20, 4) - at48(i, 20, 44))).toBeLessThan(5);
    }
    const alone = await probe(at('turned.ts'));
    expect(alone.video).toMatchObject({ displayWidth: 48, displayHeight: 64 });
    expect((await heard(alone)).damages).toEqual([]);
  });
});
