import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { libraryPath, programPath, windowsLibrary } from '../dist/program_path.js';
import { scratchFolder } from './support/program.js';

const folder = scratchFolder();
const here = join(folder, 'here');
const good = join(folder, 'good');
for (const [at, names] of [
  [here, ['tool', 'tool.exe', 'dnnl.dll', 'libdnnl.so.2', 'libdnnl.dylib']],
  [good, ['tool', 'libdnnl.so.2', 'libdnnl.dylib']],
] as const) {
  mkdirSync(at);
  for (const name of names) {
    writeFileSync(join(at, name), '#!/bin/sh\n');
    chmodSync(join(at, name), 0o755);
  }
}
writeFileSync(join(folder, 'tool'), 'may not be run');

describe('a program', () => {
  const linux = (name: string, PATH: string) =>
    programPath(name, { platform: 'linux', cwd: here, env: { PATH } });

  it('is taken from an absolute folder of PATH, never from the current one', () => {
    expect(linux('tool', `:.:here:${folder}:${good}`)).toBe(join(good, 'tool'));
    for (const path of ['', ':', '.', '.:', `./:../here:${folder}`])
      expect(linux('tool', path)).toBeUndefined();
  });

  it('with a separator in its name is a path, from the current folder on', () => {
    expect(linux('./tool', '')).toBe(join(here, 'tool'));
    expect(linux('bin/none', '')).toBe(join(here, 'bin/none'));
    expect(linux('/x/tool', '')).toBe('/x/tool');
  });

  it('of Windows is looked for in folders that name their drive', () => {
    const windows = (name: string, Path: string) =>
      programPath(name, { platform: 'win32', cwd: 'C:\\films', env: { Path } });
    expect(windows('tool', `.;;C:;C:tools;\\tools;"tools";${here}`)).toBeUndefined();
    expect(windows('.\\tool.exe', '')).toBe('C:\\films\\tool.exe');
    expect(windows('D:/ffmpeg/tool', '')).toBe('D:\\ffmpeg\\tool');
    expect(windowsLibrary('kernel32.dll', {})).toBe('C:\\Windows\\System32\\kernel32.dll');
  });

  it.skipIf(process.platform === 'win32')('of the folder in which nst-video works is not started', () => {
    const films = join(folder, 'films');
    mkdirSync(films);
    for (const name of ['ffmpeg', 'ffprobe']) {
      writeFileSync(join(films, name), `#!/bin/sh\n: > ${films}/was-started\n`);
      chmodSync(join(films, name), 0o755);
    }
    const path = ['', '.', ...(process.env.PATH ?? '').split(delimiter)].join(delimiter);
    const module = new URL('../dist/frames/ffmpeg.js', import.meta.url).href;
    const script = `const { findFfmpeg } = await import('${module}'); console.log(JSON.stringify(await findFfmpeg()))`;
    const found = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: films,
      env: { ...process.env, PATH: path },
      encoding: 'utf8',
    });
    const { ffmpeg, ffprobe } = JSON.parse(found);
    expect([isAbsolute(ffmpeg), isAbsolute(ffprobe)]).toEqual([true, true]);
    expect(readdirSync(films).sort()).toEqual(['ffmpeg', 'ffprobe']);
  });
});

describe('the source', () => {
  it('starts and loads nothing by a bare name', () => {
    const src = fileURLToPath(new URL('../src/', import.meta.url));
    const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );
    const bare =
      /\b(?:spawn|spawnSync|exec|execSync|execFile|execFileSync|startChild|runChild|runChildForBytes|koffi\.load)\(\s*['"`]/;
    const found = files.filter((name) => bare.test(readFileSync(join(src, name), 'utf8')));
    expect(found).toEqual([]);
  });
});

describe('a library', () => {
  const find = (platform: NodeJS.Platform, name: string, env: NodeJS.ProcessEnv) =>
    libraryPath(name, { platform, cwd: here, env });

  it('of Windows is taken from an absolute folder of PATH or not at all', () => {
    expect(find('win32', 'dnnl.dll', { PATH: `.;${here}` })).toBeUndefined();
    expect(find('win32', 'C:\\onednn\\dnnl.dll', {})).toBe('C:\\onednn\\dnnl.dll');
  });

  it('of a Mac is taken from an absolute folder', () => {
    expect(find('darwin', 'libdnnl.dylib', { DYLD_LIBRARY_PATH: `.:${good}` })).toBe(
      join(good, 'libdnnl.dylib'),
    );
    expect(find('darwin', 'libnone.dylib', { DYLD_LIBRARY_PATH: ':.' })).toBeUndefined();
  });

  it('of Linux is left to the loader only where that looks in no relative folder', () => {
    expect(find('linux', 'libdnnl.so.2', {})).toBe('libdnnl.so.2');
    expect(find('linux', 'libdnnl.so.2', { LD_LIBRARY_PATH: `${good}` })).toBe('libdnnl.so.2');
    for (const list of [`:${good}`, `.;${good}`, `${good}:`])
      expect(find('linux', 'libdnnl.so.2', { LD_LIBRARY_PATH: list })).toBe(join(good, 'libdnnl.so.2'));
    expect(find('linux', 'libnone.so', { LD_LIBRARY_PATH: '.' })).toBeUndefined();
    expect(find('linux', './libdnnl.so.2', {})).toBe(join(here, 'libdnnl.so.2'));
  });
});
