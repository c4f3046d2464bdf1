import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LookOptions, listLooks, OPTIONS, optionsOf, readLook, saveLook } from '../../../dist/index.js';
import { looksFolder } from '../../../dist/render/looks/looks_folder.js';
import { DEFAULTS, PRESETS } from '../../../dist/render/options/defaults.js';
import { clip, ffmpeg, painting, run, scratchFolder } from '../../support/program.js';

const folder = scratchFolder();
const kept = join(folder, 'kept');
const env = { NST_VIDEO_LOOKS: kept };
const photo = join(folder, 'photo.png');

const before = process.env.NST_VIDEO_LOOKS;
beforeAll(() => {
  process.env.NST_VIDEO_LOOKS = kept;
  ffmpeg('-i', clip, '-frames:v', '1', '-vf', 'scale=64:36', photo);
});
afterAll(() => {
  if (before === undefined) delete process.env.NST_VIDEO_LOOKS;
  else process.env.NST_VIDEO_LOOKS = before;
});

/** The bytes of the photo painted with these options. */
async function painted(...options: string[]): Promise<Buffer> {
  const output = join(folder, 'painted.png');
  const args = ['image', photo, '--threads', '1', '--quiet', '--overwrite', '-o', output];
  expect(await run([...args, ...options], env)).toMatchObject({ status: 0, stderr: '' });
  return readFileSync(output);
}

describe('a look', () => {
  const options = [
    '-s',
    painting,
    '--iterations',
    '4',
    '--style-weight',
    '900',
    '--style-layers',
    'relu1_1,relu2_1:3',
  ];

  it('paints what its options paint, bit for bit, and something else than the defaults', async () => {
    const saved = await run(['looks', 'save', 'bold', ...options], env);
    expect(saved).toMatchObject({ status: 0, stdout: `${join(kept, 'bold.toml')}\n` });
    const byName = await painted(...options);
    expect((await painted('--look', 'bold')).equals(byName)).toBe(true);
    expect((await painted('-s', painting, '--iterations', '4')).equals(byName)).toBe(false);
  });

  it('yields to the options given, and to --set', async () => {
    const other = await painted(...options.slice(0, 4), '--style-weight', '5', ...options.slice(6));
    expect((await painted('--look', 'bold', '--style-weight', '5')).equals(other)).toBe(true);
    expect((await painted('--look', 'bold', '--set', 'style-weight=5')).equals(other)).toBe(true);
  });

  it('is listed with what it sets, and shown as its file', async () => {
    const { stdout } = await run(['looks', 'list'], env);
    expect(stdout).toBe(
      'bold  style wave.jpg, iterations 4,4, style-weight 900, style-layers relu1_1,relu2_1:3\n',
    );
    const shown = await run(['looks', 'show', 'bold'], env);
    expect(shown.stdout).toBe(readFileSync(join(kept, 'bold.toml'), 'utf8'));
    expect(shown.stdout).toMatch(/^style-weight = 900$/m);
  });

  it('travels with its paintings as a file', async () => {
    const home = join(folder, 'home');
    mkdirSync(home);
    cpSync(painting, join(home, 'wave.jpg'));
    const file = join(home, 'look.toml');
    await run(['looks', 'save', file, '-s', join(home, 'wave.jpg'), '--tv-weight', '1'], env);
    expect(readFileSync(file, 'utf8')).toMatch(/^style = \[ "wave\.jpg" \]$/m);
    const away = join(folder, 'away');
    renameSync(home, away);
    expect(readLook(join(away, 'look.toml'))).toEqual({ style: [join(away, 'wave.jpg')], tvWeight: 1 });
  });

  it('is not replaced unasked', async () => {
    const again = await run(['looks', 'save', 'bold', '--style-weight', '3'], env);
    expect(again.status).toBe(3);
    expect(again.stderr).toMatch(/bold\.toml exists already\. To replace it add --overwrite/);
    expect(readLook('bold')).toMatchObject({ styleWeight: 900 });
    expect((await run(['looks', 'save', 'bold', '--style-weight', '3', '-y'], env)).status).toBe(0);
    expect(readLook('bold')).toEqual({ styleWeight: 3 });
  });

  it('keeps keyframes, crops and the words of --init', async () => {
    const styles = ['0s:1,0', '8s:scream=1'];
    const options: LookOptions = { styles, styleCrop: [[0, 0, 0.5, 1]], init: 'noise:7' };
    await saveLook('moving', options);
    expect(readLook('moving')).toEqual(options);
  });

  it('keeps every option that a look can have', async () => {
    const values = Object.fromEntries(
      optionsOf('looks')
        .map(({ name, path }) => [name, path ? undefined : (DEFAULTS[name] ?? PRESETS.fine[name])] as const)
        .filter(
          ([, value]) =>
            value !== undefined && !(typeof value === 'object' && Object.keys(value).length === 0),
        ),
    );
    expect(Object.keys(values).length).toBeGreaterThan(20);
    // What is nothing by default, by channel and over time.
    Object.assign(values, { dream: { relu4_1: 1, 'relu4_1/12': 5 }, styleShares: [3, 1] });
    await saveLook('everything', values);
    expect(readLook('everything')).toEqual(values);
    expect(listLooks().map(({ name }) => name)).toContain('everything');
  });

  it.each([
    [
      ['looks', 'show', 'bald'],
      3,
      /look bald: expected the file .*bald\.toml, found none; did you mean bold\?/,
    ],
    [['looks', 'save', '../x', '--style-weight', '3'], 2, /look: expected a name of letters and digits/],
    [['looks', 'save', 'empty'], 2, /look empty: expected options to keep/],
    [
      ['looks', 'save', 'x', '--frames', '0-3'],
      2,
      /--frames is an option of .*, not of nst-video looks save/,
    ],
    [['image', 'a.png', '--look', 'bald'], 3, /look bald: expected the file/],
  ])('%j fails in one line', async (args, status, message) => {
    const found = await run(args, env);
    expect(found.status).toBe(status);
    expect(found.stderr.trim()).toMatch(message);
    expect(existsSync(join(folder, 'x.toml'))).toBe(false);
  });

  it('that is broken says so by its file', async () => {
    writeFileSync(join(kept, 'broken.toml'), 'brush = 3\n');
    expect((await run(['image', 'a.png', '--look', 'broken'], env)).stderr).toMatch(
      /broken\.toml: brush is not an option/,
    );
  });
});

describe('where looks are kept', () => {
  it.each([
    [{ NST_VIDEO_LOOKS: '/l' }, 'linux', '/l'],
    [{ XDG_CONFIG_HOME: '/c' }, 'linux', '/c/nst-video/looks'],
    [{ XDG_CONFIG_HOME: 'c' }, 'linux', '/h/.config/nst-video/looks'],
    [{}, 'darwin', '/h/Library/Application Support/nst-video/looks'],
  ] as const)('%j on %s', (variables, platform, path) => {
    expect(looksFolder(variables, platform, '/h')).toBe(path);
  });
});

it('a look has what is of any film, not what is of one', () => {
  const names = optionsOf('looks').map(({ name }) => name);
  for (const name of ['style', 'preset', 'styleWeight', 'longTerm', 'optimizer', 'passes'] as const)
    expect(names).toContain(name);
  for (const { name } of OPTIONS.filter((o) => ['Input', 'Output', 'Jobs', 'Encoding'].includes(o.task)))
    expect(names).not.toContain(name);
  expect(names).not.toContain('flowDir');
});
