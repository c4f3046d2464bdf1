import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readFlo } from '../../dist/flow/flo.js';
import { flowPicture } from '../../dist/flow/flow_picture.js';
import { readPicture } from '../../dist/frames/picture_file.js';
import { readPlane } from '../../dist/frames/plane_file.js';
import type { RenderEvent } from '../../dist/render/events.js';
import type { FlowOptions } from '../../dist/render/options/options.js';
import { renderFlow } from '../../dist/render/render_flow.js';
import { failure, ffmpeg } from '../frames/fixtures.js';
import { clip, run, scratchFolder } from '../support/program.js';

const folder = scratchFolder();
const at = (...names: string[]) => join(folder, ...names);
const settings: FlowOptions = { size: 80, flow: 'medium', frames: '0-2,6-7' };
const pair = (j: number) => [
  `backward_${j}_${j - 1}.flo`,
  `backward_${j}_${j - 1}.png`,
  `forward_${j - 1}_${j}.flo`,
  `reliable_${j}_${j - 1}.png`,
];
const all = [...pair(2), ...pair(3), ...pair(8), 'flow.json', 'wheel.png'].sort();

async function flow(output: string, more: FlowOptions = {}): Promise<RenderEvent[]> {
  const events: RenderEvent[] = [];
  for await (const event of renderFlow(clip, { ...settings, output: at(output), ...more }))
    events.push(event);
  return events;
}
const times = (output: string) =>
  Object.fromEntries(readdirSync(at(output)).map((name) => [name, statSync(at(output, name)).mtimeMs]));

describe('renderFlow', () => {
  it('writes flow, certainty and colours of every pair of neighbours, and tells its progress', async () => {
    const events = await flow('whole');
    expect(readdirSync(at('whole')).sort()).toEqual(all);
    const places = events.filter((e) => e.type === 'flow');
    expect(places.map((e) => [e.place, e.frames])).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
    expect(places.map((e) => e.frame).sort()).toEqual([1, 2, 7]);
    expect(events.find((e) => e.type === 'plan')).toMatchObject({ frames: 3, finished: 0, width: 80 });
    expect(events.at(-1)).toMatchObject({ type: 'done', output: at('whole'), frames: 3 });
    const { fullColour } = JSON.parse(readFileSync(at('whole', 'flow.json'), 'utf8'));
    const notes = events.filter((e) => e.type === 'note').map((e) => e.message);
    expect(notes.join('\n')).toMatch(new RegExp(`full colour ${fullColour} px`));
    const backward = await readFlo(at('whole', 'backward_8_7.flo'));
    const forward = await readFlo(at('whole', 'forward_7_8.flo'));
    expect(backward.width).toBe(80);
    const mean = (values: Float32Array) => values.reduce((a, b) => a + b) / values.length;
    expect(mean(backward.u) + mean(forward.u)).toBeCloseTo(0, 0);
    const sure = await readPlane(at('whole', 'reliable_8_7.png'));
    expect(mean(sure.data)).toBeGreaterThan(0.5);
    const expected = flowPicture(backward, fullColour).data;
    const shown = (await readPicture(at('whole', 'backward_8_7.png'))).data;
    for (let i = 0; i < shown.length; i += 97) expect(Math.abs(shown[i] - expected[i])).toBeLessThan(0.51);
  });

  it('keeps what is whole and makes the rest, byte for byte', async () => {
    const before = times('whole');
    const lost = ['reliable_3_2.png', 'backward_8_7.png', 'wheel.png'];
    const bytes = lost.map((name) => readFileSync(at('whole', name)));
    for (const name of lost) rmSync(at('whole', name));
    writeFileSync(at('whole', '.backward_9_8.tmp-1-abcdef.flo'), 'half');
    const events = await flow('whole');
    expect(events.find((e) => e.type === 'plan')).toMatchObject({ frames: 3, finished: 2 });
    expect(readdirSync(at('whole')).sort()).toEqual(all);
    lost.forEach((name, k) => {
      expect(readFileSync(at('whole', name)).equals(bytes[k])).toBe(true);
    });
    const after = times('whole');
    const made = [...lost, 'forward_2_3.flo', 'backward_3_2.flo'];
    for (const name of all.filter((n) => !made.includes(n))) expect(after[name]).toBe(before[name]);
  });

  it('never mixes nor replaces other flow, unless told to', async () => {
    const error = await failure(flow('whole', { size: 64 }));
    expect(error).toMatchObject({ kind: 'input', code: 'OUTPUT_EXISTS' });
    expect(error.message).toMatch(
      /14 files of flow in it already, of 80x46, now it is 64x36; --overwrite removes/,
    );
    mkdirSync(at('theirs'));
    for (const name of ['backward_3_2.flo', 'reliable_9_8.pgm', 'notes.txt'])
      writeFileSync(at('theirs', name), 'x');
    const stranger = await failure(flow('theirs'));
    expect(stranger.message).toMatch(/2 files of flow in it already, which were not made here/);
    expect(readdirSync(at('theirs')).sort()).toEqual(['backward_3_2.flo', 'notes.txt', 'reliable_9_8.pgm']);
    await flow('theirs', { overwrite: true });
    expect(readdirSync(at('theirs')).sort()).toEqual([...all, 'notes.txt'].sort());
    expect(
      readFileSync(at('theirs', 'backward_3_2.flo')).equals(readFileSync(at('whole', 'backward_3_2.flo'))),
    ).toBe(true);
  });

  it('stops when told to and goes on', async () => {
    const stopper = new AbortController();
    const job = renderFlow(clip, { ...settings, output: at('cut') }, { signal: stopper.signal });
    for await (const event of job)
      if (event.type === 'flow') {
        stopper.abort();
        break;
      }
    expect(await failure(job.result)).toMatchObject({ kind: 'interrupted' });
    expect(existsSync(at('cut', 'lock'))).toBe(false);
    expect(readdirSync(at('cut')).filter((n) => n.includes('.tmp'))).toEqual([]);
    await flow('cut');
    for (const name of all.filter((n) => n !== 'flow.json'))
      expect(readFileSync(at('cut', name)).equals(readFileSync(at('whole', name)))).toBe(true);
  });

  it('refuses a film or ranges without two neighbouring frames', async () => {
    expect((await failure(flow('none', { frames: '0,2,4-4' }))).message).toMatch(
      /^--frames: expected two frames or more that follow each other, found "0,2,4-4"/,
    );
    ffmpeg('-f', 'lavfi', '-i', 'testsrc=size=64x48', '-frames:v', '1', at('one.mp4'));
    const still = renderFlow(at('one.mp4'), { ...settings, frames: undefined, output: at('none') });
    expect((await failure(still.result)).message).toMatch(/one\.mp4: expected two frames or more, found one/);
    expect(existsSync(at('none'))).toBe(false);
  });

  it('refuses a file for its folder', async () => {
    writeFileSync(at('file'), '');
    const job = renderFlow(clip, { ...settings, output: at('file') });
    expect(await failure(job.result)).toMatchObject({
      code: 'OUTPUT_NOT_WRITABLE',
      message: `${at('file')}: expected a folder, found a file`,
    });
  });
});

describe('nst-video flow', () => {
  it('has the options of flow only, and writes beside the film by default', async () => {
    const { stdout } = await run(['flow', '--help-all']);
    for (const flag of ['--output', '--size', '--flow', '--frames', '--overwrite', '--threads'])
      expect(stdout).toContain(flag);
    expect(stdout).not.toContain('--style');
    ffmpeg('-i', clip, '-frames:v', '2', '-vf', 'scale=64:36', at('short.mp4'));
    const result = await run(['flow', at('short.mp4'), '--flow', 'farneback']);
    expect(result.status, result.stderr).toBe(0);
    expect(result.stdout).toBe('');
    expect(result.stderr).toMatch(/flow 1 of 1 \(frame 1\)\n/);
    expect(readdirSync(at('short.flow')).sort()).toEqual([...pair(2), 'flow.json', 'wheel.png'].sort());
  });
});
