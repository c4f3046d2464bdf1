import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { NstError } from '../dist/error.js';
import { ordinaryFailure } from '../dist/ordinary_failure.js';
import { startJob } from '../dist/render/job.js';

const failure = (action: () => unknown): unknown => {
  try {
    return action();
  } catch (error) {
    return error;
  }
};

describe('an ordinary failure', () => {
  it('of the system names the file, the reason and its kind', () => {
    const folder = mkdtempSync(`${tmpdir()}/nst-ordinary-`);
    expect(ordinaryFailure(failure(() => readFileSync(folder)))).toMatchObject({
      kind: 'input',
      code: 'FILE_UNREADABLE',
    });
    rmSync(folder, { recursive: true });
    expect(ordinaryFailure(failure(() => readFileSync(folder)))).toMatchObject({
      kind: 'input',
      message: `${folder}: no such file or folder.`,
    });
    const full = Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC', path: '/d/x' });
    expect(ordinaryFailure(full)).toMatchObject({
      kind: 'resources',
      message: '/d/x: the disk is full.',
      cause: full,
    });
    const io = Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', syscall: 'read' });
    expect(ordinaryFailure(io)).toMatchObject({ kind: 'environment', exitCode: 4 });
  });

  it('may be a want of memory, which engines tell in words', () => {
    for (const action of [
      () => new ArrayBuffer(Number.MAX_SAFE_INTEGER),
      () => new Float32Array(3 * 60_000 ** 2),
      () => Buffer.alloc(Number.MAX_SAFE_INTEGER),
      () => 'x'.repeat(2 ** 30),
    ])
      expect(ordinaryFailure(failure(action))).toMatchObject({
        kind: 'resources',
        code: 'OUT_OF_MEMORY',
        exitCode: 5,
      });
    // A negative length is a mistake.
    expect(ordinaryFailure(failure(() => new Float32Array(-3)))).toBeUndefined();
  });

  it('is not what may be a bug, nor what has been told already', () => {
    expect(ordinaryFailure(new TypeError('x is undefined'))).toBeUndefined();
    expect(ordinaryFailure(new NstError('usage', 'A', 'b'))).toBeUndefined();
    expect(ordinaryFailure('ENOSPC')).toBeUndefined();
  });

  it('fails a job as what it is', async () => {
    const job = startJob(async () => readFileSync('/nowhere/at/all'));
    await expect(job.result).rejects.toMatchObject({ name: 'NstError', kind: 'input', code: 'FILE_MISSING' });
  });
});
