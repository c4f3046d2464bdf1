import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { painting, program, scratchFolder } from '../support/program.js';

const folder = scratchFolder();
const at = (name: string) => join(folder, name);
const root = fileURLToPath(new URL('../../', import.meta.url));
const node = (args: readonly string[], options: object = {}) =>
  spawnSync(process.execPath, args, { encoding: 'utf8', ...options });
const shell = (script: string, env: NodeJS.ProcessEnv = process.env) =>
  spawnSync('bash', ['-c', script, process.execPath, program, painting], {
    encoding: 'utf8',
    env,
    cwd: folder,
  });
const STILL = 'image "$2" -s "$2" --iterations 0 --size 32 -y';

/** Versions of Node that are too old, of those that NST_OLD_NODES (a list of programs) and nvm have here. */
function oldNodes(): string[] {
  const nvm = join(homedir(), '.nvm/versions/node');
  const installed = existsSync(nvm) ? readdirSync(nvm).map((version) => join(nvm, version, 'bin/node')) : [];
  return [...(process.env.NST_OLD_NODES?.split(':') ?? []), ...installed].filter((path) => {
    const [major, minor] = execFileSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' })
      .split('.')
      .map(Number);
    return major < 20 || (major === 20 && minor < 10);
  });
}

describe('an older Node', () => {
  it('is told so in one sentence, by the program and the setup, before anything modern is read', () => {
    const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const pretended = at('old.cjs');
    writeFileSync(pretended, "Object.defineProperty(process.versions, 'node', { value: '18.20.8' });");
    const sentence = `expected Node ${engines.node.slice(2)} or later, found 18.20.8; https://nodejs.org has newer ones\n`;
    const told = node(['--require', pretended, program, 'doctor', '--json']);
    expect(told).toMatchObject({ status: 4, stderr: `nst-video: ${sentence}` });
    expect(JSON.parse(told.stdout)).toMatchObject({ type: 'error', code: 'NODE_TOO_OLD', status: 4 });
    const setup = node(['--require', pretended, join(root, 'scripts/setup.mjs'), '--quiet']);
    expect(setup).toMatchObject({ status: 4, stderr: `setup: ${sentence}` });
    const entry = readFileSync(program, 'utf8').replaceAll(/\/\/.*|\/\*[\s\S]*?\*\//g, '');
    expect(entry).not.toMatch(/\?\.|\?\?|^\s*import [^(]|^\s*await /m);
  });

  const old = oldNodes();
  it.skipIf(old.length === 0)(
    'reads the entry itself (skipped where NST_OLD_NODES and nvm have none)',
    () => {
      for (const path of old) {
        const { status, stderr } = spawnSync(path, [program, '--version'], { encoding: 'utf8' });
        expect(status, stderr).toBe(4);
        expect(stderr).toMatch(/^nst-video: expected Node 20\.10 or later, found \S+; \S+ has newer ones\n$/);
      }
    },
  );
});

describe('the environment', () => {
  it('may lack packages: that is told, not shown as a bug', () => {
    cpSync(join(root, 'dist'), at('bare/dist'), { recursive: true });
    cpSync(join(root, 'package.json'), at('bare/package.json'));
    const { status, stderr } = node([at('bare/dist/cli/main.js'), 'doctor'], { cwd: folder });
    expect(status).toBe(4);
    expect(stderr).toMatch(/^nst-video: the program is not whole here: Cannot find package .*npm install\n$/);
  });

  it.skipIf(process.platform === 'win32')(
    'may lack the folder it was started in, files to open and room to write',
    () => {
      mkdirSync(at('gone'));
      const gone = shell('cd gone && rmdir ../gone && exec "$0" "$1" doctor');
      expect(gone.status).toBe(4);
      expect(gone.stderr).toMatch(/the folder that this was started in does not exist any more/);
      expect(shell(`ulimit -n 64; exec "$0" "$1" ${STILL} -q -o few.png`)).toMatchObject({ status: 0 });
      if (!existsSync('/dev/full')) return;
      const full = shell('exec "$0" "$1" networks list > /dev/full');
      expect(full).toMatchObject({ status: 5 });
      expect(full.stderr).toMatch(/standard output could not be written: write: the disk is full/);
      expect(shell(`exec "$0" "$1" ${STILL} -o full.png 2> /dev/full`).status).toBe(0);
      expect(shell(`exec "$0" "$1" ${STILL} -o closed.png <&- >&- 2>&-`).status).toBe(0);
    },
  );

  it.skipIf(process.platform === 'win32')('may lack a home, temporary files and a locale', () => {
    const { HOME: _, XDG_CACHE_HOME: __, NST_VIDEO_CACHE: ___, ...homeless } = process.env;
    expect(
      shell(`exec "$0" "$1" ${STILL} -q -o a.png`, { ...homeless, TMPDIR: '/nowhere', LC_ALL: 'C' }).status,
    ).toBe(0);
    // A user id that is in no list, which only root can take on.
    const unknown = process.getuid?.() === 0 && spawnSync('setpriv', ['--version']).status === 0;
    const as = unknown ? 'setpriv --reuid 54321 --regid 54321 --clear-groups' : '';
    const { status, stdout } = shell(`exec ${as} "$0" "$1" networks path`, {
      ...homeless,
      HOME: '',
      TMPDIR: '/tmp',
    });
    expect(status).toBe(0);
    expect(stdout).toMatch(unknown ? /^\/tmp\/nst-video-54321\// : /^\/.*nst-video\n$/);
  });
});
