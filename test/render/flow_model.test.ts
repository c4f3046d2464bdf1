import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readFlo } from '../../dist/flow/flo.js';
import { forecastFilm } from '../../dist/render/forecast/forecast.js';
import { constantFlow, lucasKanade } from '../flow/tiny_model.js';
import { failure } from '../frames/fixtures.js';
import { clip, ffmpeg, painting, run, scratchFolder } from '../support/program.js';

const folder = scratchFolder();
const at = (...names: string[]) => join(folder, ...names);
/** Something moves in all of its frames: between frames alike no motion is looked for. */
const moving = at('moving.mkv');
ffmpeg('-ss', '1.2', '-i', clip, '-frames:v', '3', '-c:v', 'ffv1', '-an', moving);
const moved = constantFlow(-2, 1).write(at('moved.onnx'));
const film = (output: string, ...more: string[]) =>
  run([
    ...[moving, '-s', painting, '-o', at(output), '--size', '96', '--threads', '1', '--frames', '0-2'],
    ...['--iterations', '3,2', ...more],
  ]);
const manifest = (name: string) => JSON.parse(readFileSync(at(`${name}.nst`, 'manifest.json'), 'utf8'));
const picture = (name: string, frame: string) =>
  readFileSync(at(`${name}.nst`, 'stylised', `${frame}.png`)).toString('base64');
const flows = (name: string) =>
  readdirSync(at(`${name}.nst`, 'flow')).filter((file) => file.endsWith('.flo'));

describe('--flow-model', () => {
  it('paints a film with the flow of the model, and tells what it made of a test pattern', async () => {
    const { status, stderr } = await film('a.mp4', '--flow-model', moved, '--verbose');
    expect([status, stderr]).toEqual([
      0,
      expect.stringMatching(/moves by 3, -2 px move by -2\.0, 1\.0 px; is 0\.\.255 what it takes/),
    ]);
    expect(flows('a.mp4')).toHaveLength(2);
    for (const name of flows('a.mp4')) {
      const { u, v } = await readFlo(at('a.mp4.nst', 'flow', name));
      expect([u[100], v[100]]).toEqual([-2, 1]);
    }
    const settings = manifest('a.mp4').picture;
    expect(settings['--flow-model'].shown).toBe('moved.onnx (0..255)');
    expect(Object.keys(settings)).not.toContain('--flow');
    expect(Object.keys(settings)).not.toContain('--flow-model-range');
  });

  it('resumes to the same bytes, knows the model by its contents and says when it is another', async () => {
    const before = picture('a.mp4', '000002');
    rmSync(at('a.mp4.nst', 'stylised', '000002.png'));
    for (const name of flows('a.mp4').slice(1)) rmSync(at('a.mp4.nst', 'flow', name));
    copyFileSync(moved, at('renamed.onnx'));
    expect((await film('a.mp4', '-y', '--flow-model', at('renamed.onnx'))).status).toBe(0);
    expect(picture('a.mp4', '000002')).toBe(before);

    const other = constantFlow(1, 0).write(at('other.onnx'));
    const changed = await film('a.mp4', '-y', '--flow-model', other);
    expect([changed.status, changed.stderr]).toEqual([
      2,
      expect.stringMatching(/--flow-model: moved\.onnx \(0\.\.255\) there, other\.onnx \(0\.\.255\) now/),
    ]);
    const range = await film('a.mp4', '-y', '--flow-model', moved, '--flow-model-range', '-1..1');
    expect([range.status, range.stderr]).toEqual([2, expect.stringMatching(/moved\.onnx \(-1\.\.1\) now/)]);
    // Its flow goes with the frames that are painted anew.
    expect((await film('a.mp4', '-y', '--flow-model', other, '--from-frame', '2')).status).toBe(0);
    const [, last] = flows('a.mp4').sort();
    expect((await readFlo(at('a.mp4.nst', 'flow', last))).u[0]).toBe(1);
  });

  it('refuses a model of no use before there is a work folder', async () => {
    const { status, stderr } = await film('b.mp4', '--flow-model', painting);
    expect([status, stderr]).toEqual([3, expect.stringMatching(/wave\.jpg: expected an ONNX model/)]);
    const absent = await film('b.mp4', '--flow-model', at('absent.onnx'));
    expect([absent.status, absent.stderr]).toEqual([
      3,
      expect.stringMatching(/absent\.onnx: expected a file that can be read, found no such file/),
    ]);
    const both = await film('b.mp4', '--flow-model', moved, '--flow-dir', folder);
    expect([both.status, both.stderr]).toEqual([
      2,
      expect.stringMatching(/--flow-model: expected no --flow-dir beside it/),
    ]);
    expect(existsSync(at('b.mp4.nst'))).toBe(false);
  });

  it('is counted by plan, which refuses what the job would refuse', async () => {
    const options = { style: [painting], output: at('c.mp4'), size: 96, frames: '0-2', threads: 1 };
    const told = await forecastFilm(clip, { ...options, flowModel: moved });
    expect(told.flow).toEqual({ estimator: 'moved.onnx', pairs: 2 });
    expect(told.measured.flowPair).toBeGreaterThan(0);
    expect(told.memory.flow).toBeGreaterThanOrEqual(0);
    expect(told.notes.join()).toMatch(/sees a test pattern that moves by 3, -2 px/);
    expect(await failure(forecastFilm(clip, { ...options, flowModel: painting }))).toMatchObject({
      kind: 'input',
      code: 'ONNX_FILE_BAD',
    });
  });

  it('makes the flow of "nst-video flow", which leaves flow of another model alone', async () => {
    const model = lucasKanade().write(at('lk.onnx'));
    const flow = (...more: string[]) =>
      run(['flow', clip, '-o', at('flow'), '--size', '96', '--frames', '6-7', '--threads', '2', ...more]);
    const { status, stderr } = await flow('--flow-model', model);
    expect([status, stderr]).toEqual([0, expect.not.stringMatching(/error/i)]);
    expect((await readFlo(at('flow', 'backward_8_7.flo'))).width).toBe(96);
    const again = await flow('--flow', 'medium');
    expect([again.status, again.stderr]).toEqual([3, expect.stringMatching(/made with lk\.onnx/)]);
  });
});
