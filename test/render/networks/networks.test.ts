import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { clip, painting, run } from '../../support/program.js';
import { cache, cached, env, expectWhole, folder, pull, weights } from './network_cache.js';
import { deadUrl, type Home, home } from './weights_server.js';

describe('networks list, path and verify', () => {
  it('tell what there is, where, and whether it is whole', async () => {
    const there = await home(weights);
    const environment = env([there.url]);
    const networks = (...args: string[]) => run(['networks', ...args], environment);
    expect((await networks('list')).stdout).toMatch(
      /^lite .*ships with the program\n.*\nvgg19 .*not fetched yet/,
    );
    expect((await networks('path')).stdout).toBe(`${cache}\n`);
    expect((await networks('path', 'vgg19')).stdout).toBe(`${cached('vgg19.safetensors')}\n`);
    expect(await networks('verify', 'vgg19')).toMatchObject({
      status: 4,
      stderr: expect.stringContaining('pull vgg19'),
    });
    expect(await networks('verify', 'nope')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('lite, vgg19'),
    });
    await pull(environment);
    expect((await networks('list')).stdout).toContain(`fetched: ${cached('vgg19.safetensors')}`);
    expect((await networks('verify')).stdout).toMatch(/^lite: .*\n(?: {2}.*\n){2}vgg19: 11 layers/);

    const bytes = readFileSync(cached('vgg19.safetensors'));
    bytes[bytes.length - 9000] ^= 1;
    writeFileSync(cached('vgg19.safetensors'), bytes);
    const bad = await networks('verify');
    expect(bad).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('not those it was written with'),
    });
    truncateSync(cached('vgg19.safetensors'), 1000);
    expect((await pull(environment)).stderr).toContain('it is made anew');
    await expectWhole();
  });

  it('refuse a table that cannot be one', async () => {
    for (const [table, message] of [
      ['{"vgg19": {"urls": ["ftp://x/y"]}}', /vgg19.urls.0: expected an http address, found "ftp/],
      ['null', /expected Object, found null/],
      ['{"vgg19": null}', /vgg19: expected Object, found null/],
      ['{"vgg19": {"bytes": -4}}', /vgg19.bytes: expected >=1, found -4/],
      ['{"vgg19": {"file": "../x"}}', /vgg19.file: expected/],
      ['{"vgg91": {}}', /found vgg91/],
      ['{"vgg19": {"md6": ""}}', /found md6/],
      ['{', /JSON/],
    ] as const) {
      writeFileSync(join(folder, 'bad.json'), table);
      const { status, stderr } = await run(['networks', 'list'], {
        NST_VIDEO_NETWORKS: join(folder, 'bad.json'),
      });
      expect(status).toBe(3);
      expect(stderr).toMatch(message);
    }
  });
});

describe('--network vgg19', () => {
  const photo = ['image', painting, '--style', painting, '--size', '32', '--iterations', '2', '-y'];
  let there: Home;
  beforeAll(async () => {
    there = await home(weights);
  });

  it('fetches the network the first time, and only then', async () => {
    const paint = () => run([...photo, '--network', 'vgg19', '-o', join(folder, 'p.png')], env([there.url]));
    expect(await paint()).toMatchObject({ status: 0, stderr: expect.stringContaining('fetching vgg19') });
    expect(await paint()).toMatchObject({ status: 0, stderr: expect.not.stringContaining('fetching') });
    expect(there.requests).toEqual(['whole']);
  });

  it('is refused with --offline where it was not fetched; films too', async () => {
    const film = [clip, '--style', painting, '--size', '32', '--frames', '0', '-o', join(folder, 'f.mp4')];
    for (const args of [film, [...photo, '-o', join(folder, 'q.png')]]) {
      const { status, stderr } = await run([...args, '--network', 'vgg19', '--offline'], env([there.url]));
      expect(status).toBe(4);
      expect(stderr).toMatch(/--offline forbids fetching.*put it there/);
    }
    expect(existsSync(join(folder, 'f.mp4.nst'))).toBe(false);
  });

  it('does not concern a painting with lite', async () => {
    const away = env([await deadUrl()]);
    expect((await run([...photo, '--offline', '-o', join(folder, 'r.png')], away)).status).toBe(0);
    expect(existsSync(cache)).toBe(false);
  });
});
