import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSafetensors } from '../../../dist/nst/safetensors.js';
import { start } from '../../support/program.js';
import {
  cache,
  cached,
  env,
  expectWhole,
  folder,
  freshCache,
  md5,
  original,
  pull,
  weights,
} from './network_cache.js';
import { deadUrl, home } from './weights_server.js';

describe('nst-video networks pull', () => {
  it('fetches, checks, converts and stores; the next time nothing is fetched', async () => {
    const there = await home(weights);
    const first = await pull(env([there.url]));
    expect(first).toMatchObject({ status: 0, stdout: `${cached('vgg19.safetensors')}\n` });
    expect(first.stderr).not.toMatch(/HDF5|Warning/);
    await expectWhole();
    const { tensors, metadata } = await readSafetensors(cached('vgg19.safetensors'));
    expect(metadata.source_md5).toBe(md5(weights));
    for (const [name, tensor] of original) expect(tensors.get(name)).toEqual(tensor);
    expect((await pull(env([there.url]))).stderr).toContain('is there already');
    expect(there.requests).toEqual(['whole']);
  });

  it('takes up a connection that breaks off where it broke', async () => {
    const there = await home(weights, { cutAfter: [30_000, 20_000] });
    expect((await pull(env([there.url]))).status).toBe(0);
    await expectWhole();
    expect(there.requests).toEqual(['whole', 'bytes=30000-', 'bytes=50000-']);
    expect(there.sent()).toBe(weights.length);
  });

  it('goes on where a killed process stopped, whatever it could not finish', async () => {
    const slow = await home(weights, { speed: 100_000 });
    const { child, result } = start(['networks', 'pull', 'vgg19'], env([slow.url]));
    while (!existsSync(cached('weights.h5.part')) || statSync(cached('weights.h5.part')).size < 10_000)
      await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGKILL');
    await result;
    const have = statSync(cached('weights.h5.part')).size;
    expect(have).toBeLessThan(weights.length);
    const there = await home(weights);
    expect((await pull(env([there.url]))).status).toBe(0);
    expect(there.requests).toEqual([`bytes=${have}-`]);
    await expectWhole();
  });

  it('stops cleanly at Ctrl-C, with what has come', async () => {
    const slow = await home(weights, { speed: 100_000 });
    const { child, result } = start(['networks', 'pull', 'vgg19'], env([slow.url]));
    while (!existsSync(cached('weights.h5.part'))) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGINT');
    const { status, stderr } = await result;
    expect(status).toBe(130);
    expect(stderr).toContain('the same command goes on from here');
    expect(readdirSync(cache)).toEqual(['weights.h5.part']);
  });

  it('starts again at a home that cannot send a part', async () => {
    mkdirSync(cache);
    writeFileSync(cached('weights.h5.part'), weights.subarray(0, 5000));
    const there = await home(weights, { wholeOnly: true });
    expect((await pull(env([there.url]))).status).toBe(0);
    await expectWhole();
  });

  it('throws away a part that belongs to another file', async () => {
    mkdirSync(cache);
    writeFileSync(cached('weights.h5.part'), new Uint8Array(5000));
    const there = await home(weights);
    expect((await pull(env([there.url]))).status).toBe(0);
    expect(there.requests).toEqual(['bytes=5000-', 'whole']);
    await expectWhole();
  });

  it('refuses a wrong checksum and leaves nothing behind', async () => {
    const other = Uint8Array.from(weights);
    other[weights.length >> 1] ^= 1;
    const [a, b] = [await home(other), await home(other)];
    const { status, stderr } = await pull(env([a.url, b.url]));
    expect(status).toBe(4);
    expect(stderr).toContain(`expected a file of MD5 ${md5(weights)}, found ${md5(other)}`);
    expect(readdirSync(cache)).toEqual([]);
    expect([a.requests, b.requests]).toEqual([['whole'], ['whole']]);
  });

  it('takes the second home where the first is down, has lost the file, or has another', async () => {
    const firsts = [
      await deadUrl(),
      (await home(weights, { status: 404 })).url,
      (await home(new Uint8Array(9))).url,
    ];
    const there = await home(weights);
    for (const first of firsts) {
      expect((await pull(env([first, there.url]))).status).toBe(0);
      await expectWhole();
      freshCache();
    }
    expect(there.requests).toEqual(['whole', 'whole', 'whole']);
  });

  it('says without a network what to fetch by hand and where to put it; that is then taken', async () => {
    const url = await deadUrl();
    const { status, stderr } = await pull(env([url]));
    expect(status).toBe(4);
    expect(stderr).toMatch(/ECONNREFUSED/);
    expect(stderr).toContain(
      `Fetch ${url} by hand (MD5 ${md5(weights)}), put it there: ${cached('weights.h5')}`,
    );
    expect(readdirSync(cache)).toEqual([]);

    writeFileSync(cached('weights.h5'), weights.subarray(1));
    const wrong = await pull(env([url]), '--offline');
    expect(wrong.status).toBe(3);
    expect(wrong.stderr).toContain(`${cached('weights.h5')}: expected a file of ${weights.length} bytes`);
    writeFileSync(cached('weights.h5'), weights);
    expect((await pull(env([url]), '--offline')).status).toBe(0);
    expect(readdirSync(cache).sort()).toEqual(['vgg19.checked.json', 'vgg19.safetensors', 'weights.h5']);
  });

  it('of two processes lets one fetch and the other wait', async () => {
    const there = await home(weights, { speed: 200_000 });
    const environment = env([there.url]);
    const both = await Promise.all([pull(environment), pull(environment)]);
    expect(both.map((b) => b.status)).toEqual([0, 0]);
    expect(both.filter((b) => b.stderr.includes('another process is fetching vgg19'))).toHaveLength(1);
    expect(there.requests).toEqual(['whole']);
    await expectWhole();
  });

  it('refuses what has the right checksum and other contents, shapes or activations', async () => {
    const half = weights.subarray(0, weights.length >> 1);
    const cut = await pull(env([(await home(half)).url], { md5: md5(half), bytes: half.length }));
    expect(cut.status).toBe(3);
    expect(cut.stderr).toContain('cannot be read as HDF5 (truncated file');
    expect(cut.stderr).not.toContain('HDF5-DIAG');
    freshCache();
    const there = await home(weights);
    const shapes = await pull(env([there.url], { widths: [[32, 65]] }));
    expect(shapes).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('[3,3,32,65], found [3,3,32,64]'),
    });
    const known = [{ tap: 'relu1_1', mean: 1, l2: 1 }];
    const values = await pull(env([there.url], { activations: known }));
    expect(values).toMatchObject({ status: 3, stderr: expect.stringContaining('these are other weights') });
    expect(existsSync(cached('vgg19.safetensors'))).toBe(false);
  });
});

describe('a full disk', () => {
  it('is said as such; with room again the rest is fetched (skipped without rights to mount)', async ({
    skip,
  }) => {
    const small = join(folder, 'small');
    mkdirSync(small);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', small], { stdio: 'ignore' });
    } catch {
      skip();
    }
    try {
      freshCache(small);
      const there = await home(weights);
      const full = await pull(env([there.url]));
      expect(full.status).toBe(5);
      expect(full.stderr).toContain(`${cached('weights.h5.part')} could not be written: the disk is full`);
      expect(existsSync(cached('vgg19.safetensors'))).toBe(false);
      const have = statSync(cached('weights.h5.part')).size;
      execFileSync('mount', ['-o', 'remount,size=8m', small]);
      expect((await pull(env([there.url]))).status).toBe(0);
      expect(there.requests).toEqual(['whole', `bytes=${have}-`]);
      await expectWhole();
    } finally {
      execFileSync('umount', [small]);
    }
  });
});
