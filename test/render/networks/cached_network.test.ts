import {
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { NstError } from '../../../dist/error.js';
import { networkPath } from '../../../dist/render/networks/network_path.js';
import { pullNetwork } from '../../../dist/render/networks/networks.js';
import { scratchFolder } from '../../support/program.js';
import { cache, cached, env, expectWhole, weights } from './network_cache.js';
import { home } from './weights_server.js';

const out = scratchFolder();
const file = () => cached('vgg19.safetensors');
const record = () => cached('vgg19.checked.json');
/** What a program with this environment gets, in this process. */
async function outcome(environment: NodeJS.ProcessEnv, go: () => Promise<unknown>) {
  Object.assign(process.env, environment);
  return go().then(
    () => ({ status: 0, stderr: '' }),
    (error: NstError) => ({ status: error.exitCode, stderr: error.message }),
  );
}
const use = (environment: NodeJS.ProcessEnv) => outcome(environment, () => networkPath('vgg19'));
const pull = (environment: NodeJS.ProcessEnv) => outcome(environment, () => pullNetwork('vgg19').result);
const flip = (path: string) => {
  const bytes = readFileSync(path);
  bytes[bytes.length - 9000] ^= 1;
  writeFileSync(path, bytes);
};

describe('a cached network', () => {
  it('is checked where it was written since, and named with the command that fetches it again', async () => {
    const there = await home(weights);
    const environment = env([there.url]);
    await pull(environment);
    const checked = readFileSync(record(), 'utf8');
    utimesSync(file(), 1, 1);
    expect((await use(environment)).status).toBe(0);
    expect(JSON.parse(readFileSync(record(), 'utf8')).sha256).toBe(JSON.parse(checked).sha256);
    expect(readFileSync(record(), 'utf8')).not.toBe(checked);

    flip(file());
    const damaged = await use(environment);
    expect(damaged.status).toBe(3);
    expect(damaged.stderr).toMatch(
      /vgg19\.safetensors: expected a file of SHA-256 \w+, found \w+; fetch it again with: nst-video networks pull vgg19/,
    );

    const { atime, mtime } = statSync(file());
    truncateSync(file(), 5000);
    utimesSync(file(), atime, mtime);
    const short = await use(environment);
    expect(short).toMatchObject({
      status: 3,
      stderr: expect.stringMatching(/expected \d+ bytes, found 5000; fetch it again/),
    });

    expect((await pull(environment)).status).toBe(0);
    await expectWhole();
    expect((await use(environment)).status).toBe(0);
  });

  it('is checked whole where no record can be read', async () => {
    const there = await home(weights);
    const environment = env([there.url]);
    await pull(environment);
    writeFileSync(record(), '{"size":');
    expect((await use(environment)).status).toBe(0);
    expect(JSON.parse(readFileSync(record(), 'utf8')).size).toBe(String(statSync(file()).size));
    writeFileSync(record(), '[]');
    flip(file());
    const { status, stderr } = await use(environment);
    expect(status).toBe(3);
    expect(stderr).toMatch(
      /not those it was written with; fetch it again with: nst-video networks pull vgg19/,
    );
  });

  it('is no folder, and its download no link', async () => {
    const there = await home(weights);
    mkdirSync(file(), { recursive: true });
    for (const go of [use, pull]) {
      const { status, stderr } = await go(env([there.url]));
      expect(status).toBe(3);
      expect(stderr).toContain(`${file()}: `);
    }
    expect(existsSync(file())).toBe(true);
    const elsewhere = `${out}/mine`;
    writeFileSync(elsewhere, 'mine');
    const table = env([there.url], { sha256: '0'.repeat(64) });
    const moved = { ...table, NST_VIDEO_CACHE: `${cache} 2` };
    mkdirSync(`${cache} 2`);
    symlinkSync(elsewhere, `${cache} 2/weights.h5.part`);
    expect(await pull(moved)).toMatchObject({ status: 3, stderr: expect.stringContaining('found a link') });
    expect(readFileSync(elsewhere, 'utf8')).toBe('mine');
    const other = await pull({ ...table, NST_VIDEO_CACHE: `${cache} 3` });
    expect(other).toMatchObject({
      status: 4,
      stderr: expect.stringContaining(`expected a file of SHA-256 ${'0'.repeat(64)}`),
    });
  });
});
