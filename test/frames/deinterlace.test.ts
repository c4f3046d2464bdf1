import { beforeAll, describe, expect, it } from 'vitest';
import { probe } from '../../dist/frames/probe.js';
import { luma, type Picture } from '../../dist/picture.js';
import { decodeAll, ffmpeg, temporaryFolder } from './fixtures.js';

const at = temporaryFolder();
const FRAMES = 6;

/** A white block that moves 4 pixels a field, its fields woven into frames. */
function woven(name: string, first: 'tff' | 'bff', ...encoder: string[]): void {
  const block = `nullsrc=s=96x64:r=50:d=${FRAMES / 25},format=yuv420p,geq=lum='if(between(X,8+4*N,40+4*N)*between(Y,16,48),220,40)':cb=128:cr=128`;
  const weave = `tinterlace=mode=${first === 'tff' ? 'interleave_top' : 'interleave_bottom'},setfield=${first}`;
  ffmpeg('-f', 'lavfi', '-i', `${block},${weave}`, '-flags', '+ildct+ilme', ...encoder, at(name));
}

/** Mean over the picture of how much a line differs from the two around it, which agree: high where fields comb. */
function combing(picture: Picture): number {
  const { width, height, data } = luma(picture);
  let sum = 0;
  for (let y = 1; y < height - 1; y++)
    for (let x = 0; x < width; x++) {
      const [above, here, below] = [-1, 0, 1].map((dy) => data[(y + dy) * width + x]);
      sum += Math.max(0, Math.abs(here - above) + Math.abs(here - below) - 2 * Math.abs(above - below));
    }
  return sum / (width * height);
}

beforeAll(() => {
  for (const first of ['tff', 'bff'] as const)
    woven(`${first}.mp4`, first, '-c:v', 'libx264', '-qp', '0', '-x264-params', `${first}=1`);
  woven('dv.mpg', 'tff', '-c:v', 'mpeg2video', '-q:v', '2');
});

describe('an interlaced film', () => {
  it.each(['tff.mp4', 'bff.mp4', 'dv.mpg'])('%s loses its combing, and no frame', async (name) => {
    const stored = await probe(at(name), { deinterlace: 'off' });
    expect(stored.video).toMatchObject({ interlaced: true, frameCount: FRAMES });
    expect(stored.notes.join()).toContain('as stored');
    const media = await probe(at(name));
    expect(media.notes.join()).toContain('deinterlaced');
    const [before, after] = [await decodeAll(stored), await decodeAll(media)];
    expect(after.map(({ index }) => index)).toEqual([...Array(FRAMES).keys()]);
    for (let i = 1; i < FRAMES; i++) {
      expect(combing(before[i].picture)).toBeGreaterThan(4);
      expect(combing(after[i].picture)).toBeLessThan(combing(before[i].picture) / 8);
    }
  });

  it('shows the moment of its first field', async () => {
    for (const name of ['tff.mp4', 'bff.mp4']) {
      const frames = await decodeAll(await probe(at(name)));
      for (const { index, picture } of frames.slice(1, -1)) {
        // The middle line of the block begins where the block was at field 2·index.
        const line = [...picture.data.subarray(32 * 96, 33 * 96)];
        expect(Math.abs(line.findIndex((value) => value > 128) - (8 + 8 * index))).toBeLessThanOrEqual(1);
      }
    }
  });

  it('has the same frames when some are asked for', async () => {
    const media = await probe(at('tff.mp4'));
    const whole = await decodeAll(media);
    const { decodeFrames } = await import('../../dist/frames/decode.js');
    for await (const { index, picture } of decodeFrames(media, {
      ...{ width: 96, height: 64 },
      ranges: [{ first: 3, last: 4 }],
    }))
      expect(picture.data).toEqual(whole[index].picture.data);
  });

  it('is left as it is where it says it is progressive', async () => {
    ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=25:d=0.2', '-pix_fmt', 'yuv420p', at('plain.mp4'));
    const { video, notes } = await probe(at('plain.mp4'));
    expect([video.interlaced, video.deinterlace, notes]).toEqual([false, undefined, []]);
  });
});
