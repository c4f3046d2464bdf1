import { chmodSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { ChildFailure, childError, runChild, startChild } from '../../dist/frames/child.js';
import { everyFrameOnce, findFfmpeg, parseVersion } from '../../dist/frames/ffmpeg.js';
import { failure, temporaryFolder } from './fixtures.js';

const at = temporaryFolder();

function program(name: string, body: string): string {
  writeFileSync(at(name), `#!/bin/sh\n${body}\n`);
  chmodSync(at(name), 0o755);
  return at(name);
}

describe('findFfmpeg', () => {
  afterEach(() => {
    delete process.env.NST_FFMPEG;
    delete process.env.NST_FFPROBE;
  });

  it('finds what is installed', async () => {
    const tools = await findFfmpeg();
    expect(tools.major).toBeGreaterThanOrEqual(5);
    expect(tools.version).not.toBe('');
  });

  it('says the command that installs what is missing', async () => {
    process.env.NST_FFMPEG = at('no-such-program');
    const error = await failure(findFfmpeg());
    expect(error).toMatchObject({ kind: 'environment', code: 'FFMPEG_MISSING', exitCode: 4 });
    expect(error.message).toMatch(/no-such-program.*Install ffmpeg 5 or newer with: .*install/);
  });

  it('refuses version 4, naming it', async () => {
    process.env.NST_FFMPEG = program('old', 'echo "ffmpeg version 4.4.2-0ubuntu0.22.04.1 Copyright (c)"');
    const error = await failure(findFfmpeg());
    expect(error).toMatchObject({ kind: 'environment', code: 'FFMPEG_TOO_OLD' });
    expect(error.message).toContain('4.4.2');
  });

  it('refuses a program that is something else', async () => {
    process.env.NST_FFPROBE = program('else', 'echo hello');
    expect(await failure(findFfmpeg())).toMatchObject({ code: 'FFMPEG_MISSING' });
  });

  it.each([
    ['5.1.9-0+deb12u1', 5, 1],
    ['n7.1', 7, 1],
    ['8.0', 8, 0],
    ['4.4.2-0ubuntu0.22.04.1', 4, 4],
    ['N-113007-g8d24a28d06', Number.POSITIVE_INFINITY, 0],
    ['2024-05-01-git-7b47099bc0-full_build', Number.POSITIVE_INFINITY, 0],
  ])('reads version %s', (stated, major, minor) => {
    expect(parseVersion(stated)).toEqual({ major, minor });
  });

  it('uses the option that this version has', () => {
    const tools = { ffmpeg: '', ffprobe: '', version: '' };
    expect(everyFrameOnce({ ...tools, major: 5, minor: 0 })[0]).toBe('-vsync');
    expect(everyFrameOnce({ ...tools, major: 5, minor: 1 })[0]).toBe('-fps_mode');
    expect(everyFrameOnce({ ...tools, major: 8, minor: 0 })[0]).toBe('-fps_mode');
  });
});

describe('a child process that fails', () => {
  it('gives one error with its command line, status and last words', async () => {
    const file = program('bad', 'echo "[part @ 0x5] the reason" >&2; echo "and so on" >&2; exit 7');
    const cause: ChildFailure = await runChild(file, ["it's", 'plain']).catch((reason) => reason);
    expect(cause).toBeInstanceOf(ChildFailure);
    expect(cause.command).toBe(`${file} 'it'\\''s' plain`);
    expect(cause).toMatchObject({ exitCode: 7, stderr: '[part @ 0x5] the reason\nand so on\n' });
    const error = childError(cause, 'input', 'DECODE_FAILED', 'x.mp4 cannot be decoded');
    expect(error).toMatchObject({ message: 'x.mp4 cannot be decoded: the reason', cause });
  });

  it('reads a full disk off ffmpeg', async () => {
    const tools = await findFfmpeg();
    const args = ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'color=d=1', '-f', 'rawvideo', '/dev/full'];
    const cause = await runChild(tools.ffmpeg, args).catch((reason) => reason);
    expect(childError(cause, 'usage', 'ENCODE_FAILED', 'x.mp4 cannot be encoded')).toMatchObject({
      kind: 'resources',
      code: 'DISK_FULL',
    });
  });

  it('is ended on abort, also when it does not listen', async () => {
    const abort = new AbortController();
    const child = startChild(
      program('deaf', 'trap "" TERM; echo up; while :; do sleep 0.05; done'),
      [],
      abort.signal,
    );
    for await (const piece of child.stdout) {
      expect(String(piece)).toContain('up');
      break;
    }
    abort.abort();
    expect(await failure(child.ended)).toMatchObject({ kind: 'interrupted', code: 'INTERRUPTED' });
  });
});
