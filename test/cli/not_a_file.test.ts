import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clip, ffmpeg, painting, program, run, scratchFolder } from '../support/program.js';

const folder = scratchFolder();
const at = (name: string) => join(folder, name);
const film = () => [at('in.mp4'), '-s', painting, '--iterations', '0', '-q'];
const socket = createServer();
afterAll(() => void socket.close());

beforeAll(async () => {
  ffmpeg('-i', clip, '-frames:v', '2', '-s', '64x36', '-an', at('in.mp4'));
  execFileSync('mkfifo', [at('pipe')]);
  symlinkSync('/dev/null', at('link.mp4'));
  await new Promise<void>((resolve) => socket.listen(at('socket'), resolve));
});

describe.skipIf(process.platform === 'win32')('an output that is no file', () => {
  it.each([
    ['-', 'standard output'],
    ['pipe:1', 'a stream'],
    ['/dev/stdout', 'a stream'],
    ['/dev/null', 'a device'],
    ['link.mp4', 'a device'],
    ['pipe', 'a pipe'],
    ['socket', 'a socket'],
  ])('is refused before anything else: %s', async (name, what) => {
    const output = existsSync(at(name)) ? at(name) : name;
    const { status, stderr } = await run([...film(), '-o', output]);
    expect(stderr).toBe(
      `nst-video: --output ${output}: expected a file or a folder, found ${what}; what is made is checked, and only then gets its name.\n`,
    );
    expect(status).toBe(2);
  });

  it('is refused by every command that writes', async () => {
    const commands = [
      ['image', painting, '-s', painting],
      ['image', painting, '-s', painting, '--sweep', 'style-weight=1,2'],
      [at('in.mp4'), '-s', painting, '--sweep', 'style-weight=1,2'],
      ...['encode', 'flow', 'shots'].map((name) => [name, at('in.mp4')]),
      ...['texture', 'invert'].map((name) => [name, painting]),
      ['curves', painting, '-s', painting],
      ['score', at('in.mp4'), at('in.mp4')],
      ['look', 'activations', painting],
    ];
    for (const command of commands) {
      const { status, stderr } = spawnSync(process.execPath, [program, ...command, '-o', '-'], {
        encoding: 'utf8',
        cwd: folder,
      });
      expect(stderr, command.join(' ')).toMatch(/--output -: expected a .*found standard output/);
      expect(status, command.join(' ')).toBe(2);
    }
    for (const flag of ['--work', '--log']) expect((await run([...film(), flag, '-'])).status).toBe(2);
    expect(existsSync(at('-'))).toBe(false);
  });
});

describe.skipIf(process.platform === 'win32')('an input that is no file', () => {
  it.each([
    ['-', 'standard input'],
    ['pipe', 'a pipe'],
    ['socket', 'a socket'],
    ['/dev/zero', 'a device'],
    ['/dev/fd/0', 'a device'],
  ])('is refused at once with the reason, as film, photo and style: %s', async (name, what) => {
    const input = existsSync(at(name)) ? at(name) : name;
    const still = ['-s', painting, '--iterations', '0', '-o', at('o.png')];
    for (const args of [film().with(0, input), ['image', input, ...still], film().with(2, input)]) {
      const { status, stderr } = await run(args);
      expect(stderr).toContain(
        `${input} is ${what}: expected a file, because an input is read more than once`,
      );
      expect(status).toBe(3);
    }
  });
});

describe.skipIf(process.platform !== 'linux')('a name that is not UTF-8', () => {
  it('is told, of films, of pictures in a folder and of outputs', () => {
    writeFileSync(
      Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.from([0xe9]), Buffer.from('_1.png')]),
      'x',
    );
    const shell = (args: string) =>
      spawnSync('bash', ['-c', `exec "$0" "$1" ${args}`, process.execPath, program, painting], {
        encoding: 'utf8',
        cwd: folder,
      });
    const film = shell(`$'caf\\xe9.mp4' -s "$2"`);
    expect(film).toMatchObject({
      status: 3,
      stderr: expect.stringMatching(/its name is not UTF-8.*rename it/),
    });
    const pictures = shell(`. -s "$2"`);
    expect(pictures).toMatchObject({
      status: 3,
      stderr: expect.stringMatching(/_1\.png is in the folder; its name is not UTF-8/),
    });
    const output = shell(`in.mp4 -s "$2" -o $'caf\\xe9.mp4'`);
    expect(output).toMatchObject({ status: 2, stderr: expect.stringMatching(/expected a name in UTF-8/) });
  });
});
