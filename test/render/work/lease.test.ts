import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeLock } from '../../../dist/render/work/lock.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nst-lock-'));
  path = join(folder, 'lock');
});
afterEach(() => rm(folder, { recursive: true }));

describe('takeLock', () => {
  it('is refused while this process holds it and free again after release', async () => {
    const release = await takeLock(path);
    await expect(takeLock(path)).rejects.toMatchObject({
      code: 'WORK_FOLDER_LOCKED',
      kind: 'resources',
      message: expect.stringContaining(`process ${process.pid}`),
    });
    await release();
    await (await takeLock(path))();
  });

  it('is refused while another process holds it and taken over when that was killed', async () => {
    const module = new URL('../../../dist/render/work/lock.js', import.meta.url).href;
    const code = `import {takeLock} from '${module}'; await takeLock(process.argv[1]); console.log('held'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code, path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    await expect(takeLock(path)).rejects.toMatchObject({ code: 'WORK_FOLDER_LOCKED' });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    const release = await takeLock(path);
    expect(JSON.parse(await readFile(path, 'utf8')).pid).toBe(process.pid);
    await release();
  });

  it('knows a process from a later one with the same id', async () => {
    const stale = { pid: process.pid, host: hostname(), started: 'long ago', token: 'x' };
    await writeFile(path, JSON.stringify(stale));
    await (await takeLock(path))();
  });

  it('respects a lock of another machine and takes over one that was cut short', async () => {
    await writeFile(path, JSON.stringify({ pid: 1, host: 'elsewhere.invalid', started: '1', token: 'x' }));
    await expect(takeLock(path)).rejects.toMatchObject({ code: 'WORK_FOLDER_LOCKED' });
    await writeFile(path, '{"pid": 12');
    await (await takeLock(path))();
  });

  it('goes to exactly one of several that find the same dead lock', async () => {
    await writeFile(
      path,
      JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), started: '0', token: 'dead' }),
    );
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock(path)));
    expect(results.filter((r) => r.status === 'fulfilled')).toHaveLength(1);
  });
});
