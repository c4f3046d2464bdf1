import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clip, painting, run, scratchFolder, start } from '../support/program.js';

const folder = scratchFolder();
const at = (name: string) => join(folder, name);
const quick = ['--style', painting, '--size', '96', '--iterations', '2'];
const still = (output: string, ...more: string[]) => ['image', painting, ...quick, '-o', at(output), ...more];

describe('--quiet', () => {
  it('prints nothing, unless something fails', async () => {
    expect(await run(still('quiet.png', '--quiet'))).toMatchObject({ status: 0, stdout: '', stderr: '' });
    const again = await run(still('quiet.png', '-q'));
    expect(again.status).toBe(3);
    expect(again.stderr).toMatch(/^nst-video: .*quiet\.png.*\n$/);
  });

  it('keeps what other programs catch', async () => {
    expect((await run(['networks', 'pull', 'lite', '-q'])).stdout).toMatch(/lite\.safetensors\n$/);
  });

  it('is not to be had with --verbose', async () => {
    const both = await run(still('both.png', '--quiet', '--verbose'));
    expect(both.status).toBe(2);
    expect(both.stderr).toBe('nst-video: expected --quiet or --verbose, found both\n');
  });
});

describe('--verbose', () => {
  it('prints the energies and terms of every iteration, and the commands that are run', async () => {
    const film = await run([clip, ...quick, '--frames', '3', '-o', at('v.mp4'), '-v']);
    expect(film.status).toBe(0);
    const lines = film.stderr.trimEnd().split('\n');
    const iterations = lines.filter((l) => l.includes('iteration '));
    expect(iterations).toHaveLength(3);
    for (const line of iterations)
      expect(line).toMatch(
        /^frame 1 of 1 \(number 3\) · iteration [012]\/2 · energy [\d.e+]+ · content\.relu4_2 .*tv /,
      );
    // A film of one frame to try it out, small frames to find shots in, the light of the frames before it, their shots, the
    // light of those after it, the frame itself, the film that is written.
    expect(lines.filter((l) => /^run \S*ffmpeg .*-f rawvideo/.test(l))).toHaveLength(7);
    expect(film.stderr).toMatch(/· first · 2 iterations · energy [\d.e+]+ · [\d.]+ s\n/);
    expect(film.stderr).not.toContain('\x1b');
  });
});

describe('--log', () => {
  it('appends what happened, with times, also when the terminal is quiet', async () => {
    const log = at('run.log');
    await run(still('log.png', '--quiet', '--log', log));
    const failed = await run(still('log.png', '--quiet', '--log', log));
    expect(failed.status).toBe(3);
    const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
    for (const line of lines) expect(line).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \S/);
    expect(lines.filter((l) => /Z nst-video .*: image /.test(l))).toHaveLength(2);
    expect(lines.filter((l) => /iteration [012]\/2 · energy/.test(l))).toHaveLength(3);
    expect(lines.at(-1)).toMatch(/error OUTPUT_EXISTS, status 3: .*log\.png/);
  });

  it('says so where it cannot be written, before anything is done', async () => {
    const missing = await run(still('no.png', '--log', at('none/run.log')));
    expect(missing.status).toBe(3);
    expect(missing.stderr).toMatch(/--log .*run\.log: cannot be written: there is no such folder\n/);
    mkdirSync(at('dir'));
    expect((await run(still('no.png', '--log', at('dir')))).stderr).toMatch(/it is a folder\n/);
  });
});

describe('a reader that goes away', () => {
  it('stops the job as Ctrl-C does', async () => {
    const args = [clip, '--style', painting, '--size', '96', '--iterations', '500,500', '-o', at('gone.mp4')];
    const { child, result } = start([...args, '--json', '--tolerance', '0']);
    child.stdout?.once('data', () => child.stdout?.destroy());
    const { status, stderr } = await result;
    expect(status).toBe(130);
    expect(stderr).toMatch(/^nst-video: stopped.*; the same command goes on from here\n$/);
  });
});
