import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ALL_OPTIONS } from '../../../dist/cli/face_options.js';
import { networkNames } from '../../../dist/render/networks/network_path.js';
import { readConfig } from '../../../dist/render/options/config_file.js';
import { OPTIONS } from '../../../dist/render/options/options.js';
import { clip, painting, run, scratchFolder } from '../../support/program.js';

const folder = scratchFolder();
const write = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const read = (text: string) => readConfig(write('look.toml', text), ALL_OPTIONS);

describe('readConfig', () => {
  it.each([
    'iterations = [{}]',
    'style-layers = {relu1_1 = {b = 1}}',
    'style-layers = {relu1_1 = 1979-05-27}',
    'styles = [{at = true, shares = {}}]',
    'styles = [{at = "1s", shares = {wave = 1}}]',
    'style-mask = {x = {a = 1}}',
    '[dream]\nx = [[[[[[1]]]]]]\nlook = {__proto__ = 1}',
    'preset = [{at = 1, __proto__ = 1}]',
    'lbfgs-history = 1979-05-27',
  ])('refuses what nests or is of another type: %s', (text) => {
    expect(() => read(text)).toThrowError(expect.objectContaining({ kind: 'usage', code: 'CONFIG_BAD' }));
  });

  it('takes the options by their names, with the types of TOML', () => {
    expect(
      read(`
        style = ["wave.jpg", "/art/scream.jpg"]
        style-weight = 50
        preset = "draft"
        iterations = [40, 15]
        enlarge = true
        frames = "0-23"
        output = "out/"
      `),
    ).toEqual({
      style: [join(folder, 'wave.jpg'), '/art/scream.jpg'],
      styleWeight: 50,
      preset: 'draft',
      iterations: { first: 40, next: 15 },
      enlarge: true,
      frames: '0-23',
      output: join(folder, 'out/'),
    });
  });

  it('takes layers as a table or as the command line does', () => {
    const layers = { relu1_1: 1, relu2_1: 0.5 };
    expect(read('style-layers = { relu1_1 = 1, relu2_1 = 0.5 }')).toEqual({ styleLayers: layers });
    expect(read('style-layers = "relu1_1,relu2_1:0.5"')).toEqual({ styleLayers: layers });
    expect(() => read('style-layers = 3')).toThrow(/style-layers: expected layers .*, found the number 3$/);
  });

  it('takes keyframes of paintings as tables, by the names of their files', () => {
    const tables = `
      [[styles]]
      at = "0s"
      wave = 1
      [[styles]]
      at = 120
      "the scream" = 3
      wave = 1
    `;
    const styles = ['0s:wave=1', '120:the%20scream=3,wave=1'];
    expect(read(tables)).toEqual({ styles });
    for (const key of ['styles', 'style-at'])
      expect(read(`${key} = ${JSON.stringify(styles)}`)).toEqual({ styles });
    expect(() => read('[[styles]]\nwave = 1')).toThrow(/look\.toml: styles: expected a time or a frame/);
  });

  it('takes numbers and rectangles as lists', () => {
    const given = 'style-shares = [3, 1]\nstyle-scale = 0.5\nstyle-crop = [[0, 0, 0.5, 1], [0.5, 0, 0.5, 1]]';
    expect(read(given)).toEqual({
      styleShares: [3, 1],
      styleScale: [0.5],
      styleCrop: [
        [0, 0, 0.5, 1],
        [0.5, 0, 0.5, 1],
      ],
    });
    expect(read('style-crop = [0, 0, 1, 0.5]')).toEqual({ styleCrop: [[0, 0, 1, 0.5]] });
  });

  it('leaves the words of --init as they are, and finds a picture beside the file', () => {
    for (const word of ['style', 'noise:12']) expect(read(`init = "${word}"`)).toEqual({ init: word });
    expect(read('init = "sketch.png"')).toEqual({ init: join(folder, 'sketch.png') });
  });

  it('takes masks as a table or as the command line does, files beside it', () => {
    const mask = [`wave=${join(folder, 'sky.png')}`, 'scream=not:luma:0.5-1'];
    expect(read('[mask]\nwave = "sky.png"\nscream = "not:luma:0.5-1"')).toEqual({ mask });
    expect(read('mask = ["wave=sky.png", "scream=not:luma:0.5-1"]')).toEqual({ mask });
  });

  it('takes style losses as a table or as the command line does', () => {
    const losses = { styleLoss: { gram: 1, 'mean-deviation': 0.5 } };
    expect(read('style-loss = { mean-deviation = 0.5, gram = 1 }')).toEqual(losses);
    expect(read('style-loss = "gram,mean-deviation:0.5"')).toEqual(losses);
    expect(() => read('style-loss = true')).toThrow(
      /style-loss: expected some of gram, .*, found the boolean true$/,
    );
  });

  it('takes one painting, one number of iterations', () => {
    expect(read('style = "wave.jpg"\niterations = 7')).toEqual({
      style: [join(folder, 'wave.jpg')],
      iterations: { first: 7, next: 7 },
    });
  });

  it('knows a network’s name from a file beside it', () => {
    expect(read('network = "vgg19"')).toEqual({ network: 'vgg19' });
    expect(read('network = "mine.safetensors"')).toEqual({ network: join(folder, 'mine.safetensors') });
    expect(OPTIONS.find((o) => o.name === 'network')?.known).toEqual(networkNames());
  });

  it.each([
    [
      'an unknown key',
      'stlye-weight = 3',
      /look\.toml: stlye-weight is not an option; did you mean style-weight\?$/,
    ],
    ['a name as programs write it', 'style_weight = 3', /did you mean style-weight\?$/],
    ['a key like no other', 'brush = 3', /brush is not an option; expected options among style, /],
    ['a table', '[film]\nsize = 3', /film is not an option; expected options without tables among style, /],
    [
      'a number in quotes',
      'size = "640"',
      /look\.toml: size: expected a whole number .*, found the string 640$/,
    ],
    ['a number for a text', 'codec = 264', /codec: expected a text, found the number 264$/],
    ['a text for a switch', 'enlarge = "yes"', /enlarge: expected true or false, found the string yes$/],
    [
      'a list with numbers',
      'style = [1]',
      /style: expected a text, or a list of texts, found the list \[1\]$/,
    ],
    ['a date', 'frames = 2026-01-01', /frames: expected a text, found/],
    ['a value out of range', 'size = 3', /look\.toml: size: expected a whole number from 16 .*, found 3$/],
    ['an unknown choice', 'preset = "drft"', /preset: expected one of .*; did you mean draft\?$/],
    ['what is no TOML', 'size = 640\nstyle wave.jpg', /look\.toml, line 2: expected TOML /],
  ])('refuses %s in one line', (_, text, message) => {
    expect(() => read(text)).toThrowError(
      expect.objectContaining({ kind: 'usage', code: 'CONFIG_BAD', message: expect.stringMatching(message) }),
    );
  });

  it('refuses a file that is not there, and a folder', () => {
    expect(() => readConfig(join(folder, 'none.toml'), ALL_OPTIONS)).toThrowError(
      expect.objectContaining({
        kind: 'input',
        code: 'FILE_MISSING',
        message: expect.stringMatching(/none\.toml/),
      }),
    );
    expect(() => readConfig(folder, ALL_OPTIONS)).toThrowError(
      expect.objectContaining({ kind: 'input', code: 'FILE_UNREADABLE' }),
    );
  });
});

describe('values of the wrong type', () => {
  it.each([
    ['style-layers = {relu1_1 = {a = 1}}', 'style-layers: expected layers'],
    ['[dream]\nx = [[[[1]]]]', 'dream: expected layers'],
    ['[style-mask]\nx = {a = 1}', 'style-mask: expected one or several of KEY=VALUE'],
    ['mask = {wave = [1, {a = 1}]}', 'mask: expected one or several of KEY=VALUE'],
    ['iterations = [[1], {a = 1}]', 'iterations: expected one or two whole numbers'],
    ['style-at = [{at = {a = 1}, wave = 1}]', 'expected a time or a frame'],
    ['style-at = 1979-05-27', 'found the date'],
    ['lbfgs-history = 1979-05-27', 'lbfgs-history: expected a whole number'],
    ['memory = 1e999', 'memory: expected a size'],
    ['"\\u001b[2J" = 1', '\\x1b[2J is not an option'],
  ])('are refused: %s', (text, words) => {
    const file = write('wrong.toml', text);
    expect(() => readConfig(file, ALL_OPTIONS)).toThrowError(
      expect.objectContaining({
        ...{ kind: 'usage', code: 'CONFIG_BAD' },
        message: expect.stringContaining(words),
      }),
    );
  });
});

describe('--config', () => {
  it('gives options and reaches the manifest; the command line wins, and a preset yields to options', async () => {
    mkdirSync(join(folder, 'look'));
    writeFileSync(join(folder, 'look/wave.jpg'), readFileSync(painting));
    const look = write(
      'look/look.toml',
      'style = "wave.jpg"\npreset = "fine"\niterations = [2, 1]\nstyle-weight = 50\ntv-weight = 2\nsize = 96\nquiet = true\noverwrite = true\n',
    );
    const output = join(folder, 'film.mp4');
    const args = ['--config', look, '--frames', '0', '--tv-weight', '3', '--preset', 'draft', '-o', output];
    expect(await run([clip, ...args])).toMatchObject({ status: 0, stderr: '' });
    const { picture } = JSON.parse(readFileSync(`${output}.nst/manifest.json`, 'utf8'));
    const shown = (flag: string) => picture[flag].shown;
    expect(shown('--style')).toBe('wave.jpg');
    expect([shown('--style-weight'), shown('--tv-weight'), shown('--iterations')]).toEqual([
      '50',
      '3',
      '2,1',
    ]);
    expect(shown('--flow')).toBe('medium');

    const kept = await run([clip, ...args, '--no-overwrite', '--no-quiet']);
    expect(kept.status).toBe(3);
    expect(kept.stderr).toMatch(/film\.mp4.*--overwrite/);
  });

  it('is one file for all commands: an option of another one is not in the way', async () => {
    const look = write('both.toml', 'temporal-weight = 5\niterations = 0\nsize = 96\n');
    const output = join(folder, 'still.png');
    const { status } = await run(['image', painting, '-s', painting, '--config', look, '-o', output]);
    expect(status).toBe(0);
  });
});
