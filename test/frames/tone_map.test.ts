import { execSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { probe } from '../../dist/frames/probe.js';
import type { Picture } from '../../dist/picture.js';
import { decodeAll, failure, ffmpeg, ffprobe, temporaryFolder } from './fixtures.js';

const at = temporaryFolder();
const LEVELS = [20, 60, 100, 160, 220];

/** Grey steps of known SDR levels, graded as HDR with the given white. */
function graded(name: string, transfer: string, white: number): void {
  const steps = LEVELS.map((level, i) => `between(X,${16 * i},${16 * i + 15})*${level}`).join('+');
  const linear = 'zscale=min=bt709:tin=bt709:pin=bt709:rin=tv:t=linear:npl=100:p=bt2020';
  const hdr = `zscale=t=${transfer}:m=bt2020nc:r=tv:npl=${white},format=yuv420p10le`;
  const source = `nullsrc=s=80x32:r=25,format=yuv444p,geq=lum='16+(${steps})*219/255':cb=128:cr=128`;
  const tags = ['-color_primaries', 'bt2020', '-color_trc', transfer, '-colorspace', 'bt2020nc'];
  const x264 = ['-x264-params', `colorprim=bt2020:transfer=${transfer}:colormatrix=bt2020nc`];
  const chain = `${source},${linear},format=gbrpf32le,${hdr}`;
  ffmpeg(
    '-f',
    'lavfi',
    '-i',
    chain,
    '-frames:v',
    '2',
    '-c:v',
    'libx264',
    '-qp',
    '0',
    ...tags,
    ...x264,
    at(name),
  );
}
const steps = ({ data, width }: Picture) => LEVELS.map((_, i) => data[16 * width + 16 * i + 8]);

beforeAll(() => {
  graded('pq.mp4', 'smpte2084', 203);
  graded('hlg.mp4', 'arib-std-b67', 203);
});

describe('a film of high dynamic range', () => {
  it.each(['pq.mp4', 'hlg.mp4'])('%s is refused by a command that really makes it SDR', async (name) => {
    const { message } = await failure(probe(at(name)));
    expect(message).toContain('--tonemap hable');
    const command = message.slice(message.indexOf('ffmpeg -i')).replace('sdr.mkv', at(`sdr-${name}`));
    execSync(command.replace('ffmpeg', 'ffmpeg -v error -y'));
    const [stream] = ffprobe(at(`sdr-${name}`), '-show_streams').streams;
    const bt709 = { color_space: 'bt709', color_transfer: 'bt709', color_primaries: 'bt709' };
    expect(stream).toMatchObject({ pix_fmt: 'yuv420p', ...bt709 });
    // What the program makes of it by itself is the same.
    const [{ picture: theirs }] = await decodeAll(await probe(at(`sdr-${name}`)));
    const [{ picture: ours }] = await decodeAll(await probe(at(name), { tonemap: 'hable' }));
    steps(ours).forEach((level, i) => {
      expect(Math.abs(level - steps(theirs)[i])).toBeLessThan(6);
    });
  });

  it('comes out with its greys apart, grey, and about as bright as it was graded', async () => {
    for (const tonemap of ['hable', 'mobius', 'reinhard'] as const) {
      const media = await probe(at('pq.mp4'), { tonemap });
      const bt709 = { matrix: 'bt709', range: 'limited', primaries: 'bt709', transfer: 'bt709' };
      expect(media.video.colour).toEqual(bt709);
      expect(media.notes.join()).toMatch(new RegExp(`HDR \\(PQ\\).*${tonemap}`));
      for (const { picture } of await decodeAll(media, { width: 40, height: 16 })) {
        const n = 40 * 16;
        const levels = LEVELS.map((_, i) => picture.data[8 * 40 + 8 * i + 4]);
        levels.forEach((level, i) => {
          expect(Math.abs(level - LEVELS[i])).toBeLessThan(60);
          if (i > 0) expect(level - levels[i - 1]).toBeGreaterThan(12);
        });
        expect(Math.abs(picture.data[n / 2] - picture.data[n / 2 + n])).toBeLessThan(1);
      }
    }
  });

  it('says when there is nothing to map, and when ffmpeg cannot', async () => {
    ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=32x24:r=5:d=0.4', at('sdr.mp4'));
    const { notes, video } = await probe(at('sdr.mp4'), { tonemap: 'mobius' });
    expect(notes.join()).toContain('--tonemap mobius has nothing to do');
    expect(video.toneMap).toBeUndefined();
    const without = '#!/bin/sh\ncase "$*" in *zscale*) echo "No such filter: zscale" >&2; exit 1;; esac\n';
    writeFileSync(at('ffmpeg'), `${without}exec ffmpeg "$@"\n`);
    chmodSync(at('ffmpeg'), 0o755);
    process.env.NST_FFMPEG = at('ffmpeg');
    try {
      const error = await failure(probe(at('pq.mp4'), { tonemap: 'hable' }));
      expect(error).toMatchObject({ kind: 'environment', code: 'FILTER_MISSING' });
      expect(error.message).toMatch(/--tonemap.*zscale/);
    } finally {
      delete process.env.NST_FFMPEG;
    }
  });
});
