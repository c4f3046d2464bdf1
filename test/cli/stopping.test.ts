import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { sharedFile } from '../nst/shared_data.js';
import { clip, ffmpeg, painting, program, run, scratchFolder, start } from '../support/program.js';

const folder = scratchFolder();
const at = (name: string) => join(folder, name);
const film = at('film.mp4');
ffmpeg('-i', clip, '-frames:v', '4', '-s', '64x36', film);
const quick = ['--style', painting, '--size', '64', '--iterations', '2,1', '-y'];
const unix = process.platform !== 'win32';

/** A program in the place of `real` that says its version, then its process id, and does nothing more. */
function stuck(real: string): string {
  const path = at(`stuck-${real}`);
  const pid = at(`${real}.pid`);
  writeFileSync(
    path,
    `#!/bin/sh\ncase "$*" in -version) exec ${real} -version;; *lavfi*) exec ${real} "$@";; esac\necho $$ > "${pid}"; sleep 1000 & echo $! >> "${pid}"; wait\n`,
  );
  chmodSync(path, 0o755);
  return path;
}

async function pidsOf(real: string): Promise<number[]> {
  const path = at(`${real}.pid`);
  while (!existsSync(path) || readFileSync(path, 'utf8').split('\n').length < 3) await wait(50);
  return readFileSync(path, 'utf8').trim().split('\n').map(Number);
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // A dead process that nobody waited for has a number still.
    return !/^\d+ \(.*\) Z/.test(
      existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : '',
    );
  } catch {
    return false;
  }
};

async function gone(pids: readonly number[]): Promise<void> {
  for (let i = 0; i < 100 && pids.some(isAlive); i++) await wait(50);
  expect(pids.filter(isAlive)).toEqual([]);
}

describe.skipIf(!unix)('a program that hangs', () => {
  it.each([
    ['SIGTERM', ['shots', film]],
    ['SIGINT', ['plan', film, ...quick.slice(0, -1)]],
  ] as const)('is ended with all it has started by %s', async (signal, args) => {
    const { child, result } = start(args, { NST_FFPROBE: stuck('ffprobe') });
    const pids = await pidsOf('ffprobe');
    child.kill(signal);
    const { status, signal: by } = await result;
    expect(status ?? by).toSatisfy((end) => end === 130 || end === signal);
    await gone(pids);
    writeFileSync(at('ffprobe.pid'), '');
  });

  it('does not outlive the program where that is killed', async () => {
    const { child, result } = start([film, ...quick, '-o', at('k.mp4')], { NST_FFPROBE: stuck('ffprobe') });
    const pids = await pidsOf('ffprobe');
    child.kill('SIGKILL');
    await result;
    await gone(pids);
  });
});

const loop = sharedFile('attacks/loop.onnx');
it.skipIf(!existsSync(loop))(
  'a flow model that never ends is ended by a signal (skipped without the shared data)',
  async () => {
    const { child, result } = start(['flow', film, '--flow-model', loop, '-o', at('flow')]);
    await wait(3000);
    child.kill('SIGINT');
    const { status, stderr } = await result;
    expect(status).toBe(130);
    expect(stderr).toMatch(/nst-video: stopped.*; the same command/);
  },
);

describe('output that cannot be written', () => {
  const full = existsSync('/dev/full');
  const painted = (streams: { stdout?: string; stderr?: string }, ...more: string[]) => {
    const open = (path?: string) => (path ? openSync(path, 'w') : 'pipe');
    const stdio = ['ignore', open(streams.stdout), open(streams.stderr)] as const;
    const args = [program, film, ...quick, '--threads', '1', '-o', at('full.mp4'), ...more];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { stdio: [...stdio] });
    for (const one of stdio) if (typeof one === 'number') closeSync(one);
    return { status, stdout: `${stdout}`, stderr: `${stderr}` };
  };

  it.skipIf(!full)('does not stop a film, and is told of in the end', () => {
    expect(painted({ stdout: '/dev/full' }, '--json')).toMatchObject({
      status: 5,
      stderr: expect.stringMatching(/standard output could not be written: .*the disk is full\.\n$/),
    });
    expect(painted({ stderr: '/dev/full' })).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/standard error could not be written: .*the disk is full\.\n$/),
    });
    expect(painted({}, '--log', '/dev/full')).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/--log \/dev\/full: cannot be written any longer: the disk is full/),
    });
  });
});

it.skipIf(!unix)('a hang-up does not stop a film that has no terminal, as under nohup', async () => {
  const child = spawn(process.execPath, [program, film, ...quick, '--threads', '1', '-o', at('hup.mp4')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  child.stderr.once('data', () => child.kill('SIGHUP'));
  const status = await new Promise((resolve) => child.once('exit', resolve));
  expect(status).toBe(0);
  expect(existsSync(at('hup.mp4'))).toBe(true);
});

it('a sweep of more combinations than a sheet can show is refused before anything is made', async () => {
  const values = (n: number) => Array.from({ length: n }, (_, i) => i + 1).join(',');
  const sweep = ['--sweep', `style-weight=${values(1000)}`, '--sweep', `content-weight=${values(1000)}`];
  const { status, stderr } = await run(['image', painting, ...quick, ...sweep, '-o', at('sheet')]);
  expect([status, stderr]).toEqual([
    2,
    'nst-video: --sweep: expected at most 1000 combinations in all, found 1000000\n',
  ]);
});

it.skipIf(!unix)('ffprobe that answers garbage is named', async () => {
  const path = at('garbage');
  writeFileSync(path, '#!/bin/sh\ncase "$*" in -version) exec ffprobe -version;; esac; echo "x["\n');
  chmodSync(path, 0o755);
  const { status, stderr } = await run(['shots', film], { NST_FFPROBE: path });
  expect(status).toBe(4);
  expect(stderr).toMatch(/garbage: expected the answer of ffprobe, found "x\[\\n"/);
});
