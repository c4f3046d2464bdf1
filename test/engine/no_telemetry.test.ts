import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { painting, program, scratchFolder } from '../support/program.js';

const folder = scratchFolder();
const library = fileURLToPath(new URL('../../dist/index.js', import.meta.url));
const hasStrace = spawnSync('strace', ['-V']).status === 0;

/** Runs Node with an empty home folder; gives back the files in it and, with strace, the sockets that were opened. */
function watched(name: string, args: readonly string[]) {
  const home = join(folder, name);
  mkdirSync(home);
  const { ORT_DISABLE_TELEMETRY: _, CI: __, ...rest } = process.env;
  const xdg = ['CACHE', 'CONFIG', 'DATA', 'STATE'].map((kind) => [`XDG_${kind}_HOME`, join(home, kind)]);
  const env = { ...rest, HOME: home, ...Object.fromEntries(xdg) };
  const trace = join(folder, `${name}.trace`);
  const traced = ['strace', '-f', '-qq', '-o', trace, '-e', 'trace=socket,connect'];
  const [command, ...words] = [...(hasStrace ? traced : []), process.execPath, ...args];
  const { status } = spawnSync(command, words, { env, cwd: folder });
  const files = readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(home.length + 1));
  const sockets = hasStrace ? readFileSync(trace, 'utf8').match(/.*AF_INET6?.*/g) : null;
  return { status, others: files.filter((file) => !file.startsWith('CACHE/nst-video/')), sockets };
}

const QUIET = { status: 0, others: [], sockets: null };

describe('a run', () => {
  it('leaves nothing outside its own cache folder and opens no connection (sockets: not looked at without strace)', () => {
    const options = [
      '-s',
      painting,
      '--size',
      '32',
      '--iterations',
      '1',
      '--threads',
      '1',
      '-o',
      'a.png',
      '-y',
    ];
    expect(watched('program', [program, 'image', painting, ...options])).toEqual(QUIET);
  });

  it('of the library does neither, also in a thread with an environment of its own', () => {
    const script = join(folder, 'thread.mjs');
    const paint = `{ style: [${JSON.stringify(painting)}], size: 32, iterations: { first: 1, next: 1 }, threads: 1, output: 'b.png' }`;
    writeFileSync(
      script,
      `import { isMainThread, Worker } from 'node:worker_threads';
if (isMainThread) new Worker(new URL(import.meta.url));
else {
  const { renderStill } = await import(${JSON.stringify(library)});
  await renderStill(${JSON.stringify(painting)}, ${paint}).result;
}`,
    );
    expect(watched('library', [script])).toEqual(QUIET);
  });
});
