import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeFlo } from '../../dist/flow/flo.js';
import { createFlowField } from '../../dist/flow/flow_field.js';
import { random, render, texture } from './texture.js';

const script = fileURLToPath(new URL('../../scripts/bench_flow.mjs', import.meta.url));
const [width, height] = [72, 56];
let root: string;

async function writePicture(file: string, grey: (x: number, y: number) => number): Promise<void> {
  const data = Uint8Array.from(render(width, height, grey).data, (value) => Math.round(value));
  await sharp(data, { raw: { width, height, channels: 1 } })
    .png()
    .toFile(file);
}

/** Writes two frames of a texture moving by (3, −1) and their true flow. */
async function writePair(from: string, to: string, flow: string, seed = 1): Promise<void> {
  const grey = texture(seed);
  const truth = createFlowField(width, height);
  truth.u.fill(3);
  truth.v.fill(-1);
  await writePicture(from, grey);
  await writePicture(to, (x, y) => grey(x - 3, y + 1));
  await writeFile(flow, encodeFlo(truth));
}

/** Pixels that a motion by (3, −1) carries out of the frame. */
const leaves = (x: number, y: number) => (x + 3 > width - 1 || y - 1 < 0 ? 255 : 0);

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'nst-bench-'));
  const folder = async (...path: string[]) => {
    const made = join(root, ...path);
    await mkdir(made, { recursive: true });
    return (file: string) => join(made, file);
  };
  const army = await folder('tree/middlebury/Army');
  await writePair(army('frame10.png'), army('frame11.png'), army('flow10.flo'));
  const pan = await folder('tree/synthetic/pan');
  await writePair(pan('a.png'), pan('b.png'), pan('fwd.flo'), 2);
  await writePicture(pan('occ_fwd.png'), leaves);
  const cave = await folder('tree/sintel/cave_2');
  await folder('tree/sintel/cave_2/final');
  await writePair(cave('final/frame_0009.png'), cave('final/frame_0010.png'), cave('flow_0009.flo'), 3);
  await writePicture(cave('occ_0009.png'), () => 0);
  await writePicture(cave('invalid_0009.png'), () => 0);
  // A flow without its second frame, and a folder of something else, are no pairs.
  await writeFile(cave('flow_0010.flo'), encodeFlo(createFlowField(width, height)));
  await writeFile((await folder('tree/notes'))('readme.txt'), 'nothing');
  await folder('empty');
  const noise = await folder('noise');
  const next = random(5);
  await writePicture(noise('a.png'), () => 255 * next());
  await writePicture(noise('b.png'), () => 255 * next());
  await writeFile(noise('fwd.flo'), encodeFlo(createFlowField(width + 1, height)));
});
afterAll(() => rm(root, { recursive: true }));

function bench(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('bench:flow', () => {
  it('measures a whole tree and prints nothing but JSON', () => {
    const { status, stdout, stderr } = bench(join(root, 'tree'), '--json');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const { pairs, mean } = JSON.parse(stdout);
    expect(pairs.map((row: { pair: string }) => row.pair)).toEqual([
      'middlebury/Army',
      'sintel/cave_2/0009',
      'synthetic/pan',
    ]);
    for (const row of pairs) {
      expect(row.estimator).toBe('strong');
      expect(row.epe).toBeLessThan(0.3);
      expect(row.ms).toBeGreaterThan(0);
    }
    expect(pairs[0]).toMatchObject({ epeVisible: null, epeBoundary: null, visibleKept: null });
    expect(pairs[2].epeVisible).toBeLessThan(pairs[2].epe + 1e-9);
    expect(pairs[2].visibleKept).toBeGreaterThan(0.9);
    expect(pairs[2].occludedRejected).toBeGreaterThan(0.9);
    const sum = pairs.reduce((total: number, row: { epe: number }) => total + row.epe, 0);
    expect(mean.epe).toBeCloseTo(sum / 3, 9);
  });

  it.each([
    ['tree/synthetic', 'pan'],
    ['tree/synthetic/pan', 'pan'],
    ['tree/sintel/cave_2', 'cave_2/0009'],
    ['tree/sintel/cave_2/final', 'cave_2/0009'],
    ['tree/middlebury/Army', 'Army'],
  ])('takes any folder of the tree: %s', (folder, name) => {
    const { status, stdout } = bench(join(root, folder), '--json', '--estimator', 'medium');
    expect(status).toBe(0);
    expect(JSON.parse(stdout).pairs).toMatchObject([{ pair: name, estimator: 'medium' }]);
  });

  it('prints a table otherwise', () => {
    const { status, stdout } = bench(join(root, 'tree'), '--estimator=medium');
    expect(status).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.length).toBe(5);
    expect(lines[0]).toMatch(/^pair \(medium\) +epe +visible +boundary +ms +kept % +rejected % +wrong %$/);
    expect(lines[4]).toMatch(/^mean \(medium\) +0\.\d{3} /);
  });

  it("measures OpenCV's flow too", () => {
    const { status, stdout, stderr } = bench(
      join(root, 'tree/synthetic'),
      '--json',
      '--estimator',
      'farneback',
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const [row] = JSON.parse(stdout).pairs;
    expect(row.estimator).toBe('farneback');
    expect(row.epeVisible).toBeLessThan(1);
    expect(row.visibleKept).toBeGreaterThan(0.7);
  });

  it('explains itself', () => {
    expect(bench('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('(default strong)') });
  });

  it.each([
    [2, [], /expected one folder, found 0/],
    [2, ['.', '--estimator', 'best'], /--estimator: expected one of strong, medium, farneback, found "best"/],
    [2, ['.', '--fast'], /--fast/],
    [3, ['no-such-folder'], /no-such-folder: no such folder/],
    [3, ['package.json'], /package.json: expected a folder/],
    [3, ['EMPTY'], /expected pairs of frames with their flow/],
    [3, ['NOISE', '--json'], /fwd\.flo: expected 72x56 pixels as in .*a\.png, found 73x56/],
  ])('ends with status %i and one sentence: %j', (code, args, words) => {
    const real = args.map((arg) => (/^[A-Z]+$/.test(arg) ? join(root, arg.toLowerCase()) : arg));
    const { status, stdout, stderr } = bench(...real);
    expect({ status, stdout }).toEqual({ status: code, stdout: '' });
    expect(stderr).toMatch(words);
    expect(stderr.trimEnd().split('\n').length).toBe(1);
  });
});
