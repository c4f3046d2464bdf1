import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { ALL_OPTIONS } from '../../dist/cli/face_options.js';
import { buildProgram } from '../../dist/cli/program.js';
import { PRESETS } from '../../dist/render/options/defaults.js';
import { run, scratchFolder } from '../support/program.js';

const folder = scratchFolder();
const script = (shell: string) => join(folder, `nst-video.${shell}`);
const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
const there = (shell: string) => spawnSync(shell, ['--version']).status === 0;

/** What is before the cursor, and all that may be offered there: files, and words of the program. */
const files = ['a painting.jpg', 'film.mp4'];
const folders = ['sub'];
const commands = () => buildProgram().commands.map((c) => c.name());
const filmFlags = () => ALL_OPTIONS.filter((o) => o.commands.includes('film')).map((o) => o.flag);

const LINES: readonly (readonly [line: string, offered: () => readonly string[]])[] = [
  ['nst-video film.mp4 --preset ', () => Object.keys(PRESETS)],
  ['nst-video film.mp4 --st', () => filmFlags().filter((flag) => flag.startsWith('--st'))],
  ['nst-video film.mp4 --style ', () => [...files, ...folders]],
  ['nst-video film.mp4 --work ', () => folders],
  ['nst-video film.mp4 --size ', () => []],
  ['nst-video film.mp4 --network ', () => ['lite', 'vgg19', ...files, ...folders]],
  ['nst-video ', () => [...commands(), ...files, ...folders]],
  ['nst-video image --temp', () => []],
  ['nst-video networks pull ', () => ['lite', 'vgg19']],
  ['nst-video help ', () => commands().filter((name) => name !== 'help')],
  ['nst-video completion z', () => ['zsh']],
];

const started = promisify(execFile);
const SHELLS = {
  bash: (line: string) =>
    started('bash', [fixture('complete.bash'), script('bash'), ...line.split(' ')], { cwd: folder }),
  zsh: (line: string) =>
    started('zsh', ['-f', fixture('complete.zsh'), script('zsh'), line], { cwd: folder }),
  fish: (line: string) =>
    started('fish', ['--no-config', fixture('complete.fish'), script('fish'), line], { cwd: folder }),
} as const;

beforeAll(async () => {
  for (const file of files) writeFileSync(join(folder, file), '');
  for (const name of folders) mkdirSync(join(folder, name));
  await Promise.all(
    Object.keys(SHELLS).map(async (shell) => {
      const { stdout, status } = await run(['completion', shell]);
      expect(status).toBe(0);
      writeFileSync(script(shell), stdout);
    }),
  );
});

describe.each(Object.entries(SHELLS))('completion in %s', (shell, complete) => {
  const absent = !there(shell);
  if (absent) console.warn(`${shell} is not installed: its completion is not tested here`);

  it.skipIf(absent).each(LINES)('%s', async (line, expected) => {
    const { stdout } = await complete(line);
    // fish says what a word is for after a tab; the scripts themselves lie in the folder too.
    const offered = stdout
      .split('\n')
      .map((text) => text.split('\t')[0].replace(/\/$/, ''))
      .filter((text) => text && !text.startsWith('nst-video.'));
    expect([...new Set(offered)].sort()).toEqual([...expected()].sort());
  });

  it.skipIf(absent)('knows every option of a film', async () => {
    const { stdout } = await complete('nst-video film.mp4 --');
    for (const flag of filmFlags()) expect(stdout).toMatch(new RegExp(`^${flag}(\\t|$)`, 'm'));
  });
});
