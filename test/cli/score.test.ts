import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { scoreLines } from '../../dist/cli/score_lines.js';
import type { ScoreReport } from '../../dist/render/score/score_report.js';
import { pictureOf, texture, writePictures } from '../render/score/films.js';
import { run, scratchFolder, start } from '../support/program.js';

const folder = scratchFolder();
const at = (...names: string[]) => join(folder, ...names);
const quick = ['--flow', 'medium', '--threads', '1'];

beforeAll(async () => {
  const frames = (lighter: number) =>
    [0, 1, 2].map((i) => pictureOf((x, y, c) => texture(x, y, c) + lighter * i));
  await writePictures(at('in'), frames(0));
  await writePictures(at('out'), frames(10));
  await writePictures(
    at('long'),
    Array.from({ length: 40 }, () => pictureOf(texture)),
  );
});

describe('nst-video score', () => {
  it('prints a table on standard output, in 80 columns, whatever the terminal is told', async () => {
    const { status, stdout, stderr } = await run(['score', at('in'), at('out'), ...quick, '-q']);
    expect([status, stderr]).toEqual([0, '']);
    const lines = stdout.trimEnd().split('\n');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    expect(lines[0]).toBe('3 frames of 64x48');
    // Steps of 10 grey levels: (10/255)² = 0.00154; still pictures are certain everywhere.
    expect(stdout).toMatch(/^distance 1 +0\.00154 +0\.00154 +100 % +2 +[12] \(0\.00154\) +medium$/m);
    expect(stdout).toMatch(/^distance 5 +- +- +- +0 /m);
    expect(stdout).toMatch(/^mean +\+392\.16 +\+392\.16 +\+392\.16 /m);
    expect(stdout).toMatch(/^content relu4_2 /m);
  });

  it('with --json prints events, the score last', async () => {
    const args = ['score', at('in'), at('out'), ...quick, '--distances', '2,1', '--json', '-o', at('page')];
    const { status, stdout, stderr } = await run(args);
    expect([status, stderr]).toEqual([0, '']);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.filter((e) => e.type === 'measured').map((e) => [e.frame, e.place, e.frames])).toEqual([
      [0, 1, 3],
      [1, 2, 3],
      [2, 3, 3],
    ]);
    const last = events.at(-1);
    expect(last).toMatchObject({ schema: 1, type: 'scored', output: at('page'), report: { schema: 1 } });
    expect(last.report.errors.map((e: { distance: number }) => e.distance)).toEqual([1, 2]);
    expect(JSON.parse(readFileSync(at('page', 'score.json'), 'utf8'))).toEqual(last.report);
    expect(existsSync(at('page', 'report.html'))).toBe(true);
    const again = await run(args.filter((arg) => arg !== '--json'));
    expect([again.status, again.stdout]).toEqual([3, '']);
    expect(again.stderr).toMatch(/page has a report in it already\. To replace it add --overwrite/);
  });

  it('refuses what it cannot measure', async () => {
    const bad = await run(['score', at('in'), at('out'), '--distances', '0,2']);
    expect([bad.status, bad.stdout]).toEqual([2, '']);
    expect(bad.stderr).toMatch(/--distances: expected different whole numbers from 1 to 1000 .* found "0,2"/);
    expect((await run(['score', at('in')])).status).toBe(2);
    expect((await run(['score', at('in'), at('none.mp4')])).status).toBe(3);
    expect((await run(['score', at('in'), at('out'), '--style-weight', '3'])).status).toBe(2);
  });

  it('stops when told to, and leaves no report', async () => {
    const job = start([
      'score',
      at('long'),
      at('long'),
      '--flow',
      'strong',
      '--threads',
      '1',
      '-v',
      '-o',
      at('cut'),
    ]);
    job.child.stderr?.on('data', (text) => {
      if (String(text).includes('measured 1 of')) job.child.kill('SIGINT');
    });
    const { status, stderr } = await job.result;
    expect(status).toBe(130);
    expect(stderr).toMatch(/^nst-video: stopped after frame \d+ of 40; the same command begins anew$/m);
    expect(existsSync(at('cut', 'report.html'))).toBe(false);
  });

  it('says how many cuts were left out', () => {
    const report = {
      ...{ frames: [0, 1], width: 4, height: 2, cuts: [1], errors: [], flicker: undefined },
      energy: { network: 'lite', terms: {}, frames: [] },
      blockEdges: { stylised: { columns: 1.25, rows: 1 }, source: undefined },
      drift: {
        mean: { red: -0.001, green: 1, blue: -2 },
        contrast: { red: 0, green: 0, blue: 0 },
        sourceMean: { red: 0, green: 0, blue: 0 },
        sourceContrast: { red: 0, green: 0, blue: 0 },
        frames: [],
      },
    } as unknown as ScoreReport;
    const lines = scoreLines(report);
    expect(lines[0]).toBe('2 frames of 4x2, pairs across 1 cut left out');
    expect(lines).toContain("mean             0.00  +1.00  -2.00  beside the source's own:");
  });
});
