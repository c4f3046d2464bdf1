import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeLease } from '../../../dist/render/work/lease.js';
import { thisProcess } from '../../../dist/render/work/process_place.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nst-lease-'));
  path = join(folder, 'lock');
});
afterEach(() => rm(folder, { recursive: true }));

const MODULE = new URL('../../../dist/render/work/lease.js', import.meta.url).href;

/** A process that runs `code` with takeLease and the lease's path. */
function child(code: string, ...args: string[]) {
  const whole = `import { takeLease } from '${MODULE}'; const [path, ...args] = process.argv.slice(1); ${code}`;
  const options = ['--input-type=module', '-e', whole, path, ...args];
  return spawn(process.execPath, options, { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** The lease of a process that cannot be seen from here, silent for so many seconds. */
async function elsewhere(silent: number, changes: Record<string, unknown> = {}): Promise<void> {
  const lease = { ...thisProcess(), id: 'x', counter: 1, host: 'pod-a', system: 'another', ...changes };
  await writeFile(path, JSON.stringify(lease));
  const renewed = Date.now() / 1000 - silent;
  await utimes(path, renewed, renewed);
}

describe('takeLease', () => {
  it('is refused while this process holds it and free again after release, with nothing left', async () => {
    const lease = await takeLease(path);
    await lease.assertHeld();
    await expect(takeLease(path)).rejects.toMatchObject({
      code: 'WORK_FOLDER_LOCKED',
      kind: 'resources',
      message: expect.stringContaining(`process ${process.pid}`),
    });
    await lease.release();
    expect(await readdir(folder)).toEqual([]);
    await (await takeLease(path)).release();
  });

  it('is refused while another process holds it and taken over at once when that was killed', async () => {
    const holder = child(`await takeLease(path); console.log('held'); setInterval(() => {}, 1000);`);
    await new Promise((resolve) => holder.stdout.once('data', resolve));
    await expect(takeLease(path)).rejects.toMatchObject({ code: 'WORK_FOLDER_LOCKED' });
    const ended = new Promise((resolve) => holder.once('exit', resolve));
    holder.kill('SIGKILL');
    await ended;
    const lease = await takeLease(path);
    // The counter rises, and the lease of before is gone.
    expect(await readdir(folder)).toEqual(['lock-2']);
    expect(JSON.parse(await readFile(join(folder, 'lock-2'), 'utf8'))).toMatchObject({
      pid: process.pid,
      counter: 2,
    });
    await lease.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('knows a process from a later one with the same id', async () => {
    await elsewhere(0, { ...thisProcess(), started: 'long ago' });
    await (await takeLease(path)).release();
  });

  it('of another machine or container is refused as soon as it is renewed', async () => {
    await elsewhere(5);
    const renewing = setInterval(() => writeFile(path, '{', { flag: 'r+' }), 300);
    await expect(takeLease(path)).rejects.toMatchObject({ code: 'WORK_FOLDER_LOCKED' });
    clearInterval(renewing);
  });

  it('of another machine or container is taken over after silence, which is said and waited for', async () => {
    await elsewhere(59);
    const notes: string[] = [];
    const lease = await takeLease(path, { note: (note) => notes.push(note) });
    expect(notes).toEqual([expect.stringMatching(/on pod-a was working here; .* taken over in 1 s/)]);
    await lease.release();
  });

  it('stops waiting on a signal', async () => {
    await elsewhere(0);
    await expect(takeLease(path, { signal: AbortSignal.timeout(200) })).rejects.toMatchObject({
      kind: 'interrupted',
    });
  });

  it('is lost to whoever took it over, and says so before anything more is written', async () => {
    const lease = await takeLease(path);
    await writeFile(`${path}-2`, '{}');
    await expect(lease.assertHeld()).rejects.toMatchObject({ kind: 'resources', code: 'LEASE_LOST' });
    await lease.release();
    expect(await readdir(folder)).toContain('lock-2');
  });

  it.each(['', 'null', '123', '[]', '"x"', '{"pid": 12', '{"pid":"x"}', '{}'])(
    'is not held for ever by garbage: %s',
    async (garbage) => {
      await writeFile(path, garbage);
      const renewed = Date.now() / 1000 - 1.8;
      await utimes(path, renewed, renewed);
      await (await takeLease(path)).release();
    },
  );

  it('understands a lock of former versions', async () => {
    const lock = (changes: object) =>
      writeFile(path, JSON.stringify({ ...thisProcess(), token: 'x', system: undefined, ...changes }));
    await lock({});
    await expect(takeLease(path)).rejects.toMatchObject({ code: 'WORK_FOLDER_LOCKED' });
    await lock({ host: 'elsewhere.invalid' });
    await expect(takeLease(path)).rejects.toMatchObject({ code: 'WORK_FOLDER_LOCKED' });
    const renewed = Date.now() / 1000 - 3601;
    await utimes(path, renewed, renewed);
    await (await takeLease(path)).release();
    await lock({ host: hostname(), pid: 2 ** 22 + 1, started: '0' });
    await (await takeLease(path)).release();
  });

  it('goes to exactly one of several that find the same dead one', async () => {
    await elsewhere(0, { ...thisProcess(), pid: 2 ** 22 + 1, started: '0' });
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => takeLease(path)));
    expect(results.filter((r) => r.status === 'fulfilled')).toHaveLength(1);
  });

  it('is never held by two of many processes that take and leave it all the time, some killed', async () => {
    const contender = `
      import { closeSync, openSync, unlinkSync } from 'node:fs';
      let [got, twice] = [0, 0];
      const end = Date.now() + 1500;
      while (Date.now() < end) {
        let lease;
        try { lease = await takeLease(path); } catch { continue; }
        got++;
        try { closeSync(openSync(path + '.held', 'wx')); } catch { twice++; }
        if (args[0] === 'dies' && got === 3) { unlinkSync(path + '.held'); process.kill(process.pid, 'SIGKILL'); }
        await new Promise((resolve) => setTimeout(resolve, 2));
        try { unlinkSync(path + '.held'); } catch { twice++; }
        await lease.release();
      }
      console.log(JSON.stringify([got, twice]));
      process.exit(0);`;
    const outcomes = await Promise.all(
      ['', '', 'dies', 'dies'].map(async (how) => {
        const one = child(contender, how);
        let text = '';
        one.stdout.on('data', (data) => {
          text += data;
        });
        await new Promise((resolve) => one.once('exit', resolve));
        return text === '' ? [0, 0] : (JSON.parse(text) as [number, number]);
      }),
    );
    expect(outcomes.reduce((sum, [got]) => sum + got, 0)).toBeGreaterThan(5);
    expect(outcomes.map(([, twice]) => twice)).toEqual([0, 0, 0, 0]);
  });

  it('cannot be taken where nothing can be written', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(takeLease(join(folder, 'file', 'lock'))).rejects.toMatchObject({ kind: 'input' });
  });
});
