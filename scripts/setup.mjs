// Makes a fresh clone ready: npm packages, ffmpeg, the built program. Plain Node, no packages of its own,
// and quick when there is nothing to do. `--quiet` says nothing unless something is done; `--onednn` installs oneDNN,
// which evaluates networks faster on most processors.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const quiet = process.argv.includes('--quiet');
const say = (text) => console.error(`setup: ${text}`);
const fail = (text) => {
  say(text);
  process.exit(4);
};
const run = (command, args, options = {}) =>
  spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], ...options }).status === 0;
const works = (command, args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

function checkNode() {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const oldest = engines.node.replace(/^\D*/, '');
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = oldest.split('.').map(Number);
  if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor))
    fail(
      `expected Node ${oldest} or later, found ${process.versions.node}; https://nodejs.org has newer ones`,
    );
}

/** npm as it was started, else the one on the path. */
function npm(args) {
  const cli = process.env.npm_execpath;
  if (cli?.endsWith('.js')) return run(process.execPath, [cli, ...args]);
  return run('npm', args, { shell: process.platform === 'win32' });
}

function installPackages() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).digest('hex');
  const stamp = join(root, 'node_modules/.nst-setup');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  say('installing npm packages');
  if (!npm(['ci', '--no-audit', '--no-fund'])) fail('npm ci failed; see above');
  writeFileSync(stamp, wanted);
}

/** The major version of the ffmpeg on the path; 0 where there is none, 5 for builds without a plain number. */
function ffmpegVersion() {
  const found = spawnSync(process.env.NST_FFMPEG ?? 'ffmpeg', ['-version'], { encoding: 'utf8' });
  const probe = spawnSync(process.env.NST_FFPROBE ?? 'ffprobe', ['-version'], { stdio: 'ignore' });
  if (found.status !== 0 || probe.status !== 0) return 0;
  const version = /ffmpeg version n?(\d+)\./.exec(found.stdout)?.[1];
  return version ? Number(version) : 5;
}

function installFfmpeg() {
  if (ffmpegVersion() >= 5) return;
  const root = process.getuid?.() === 0;
  const allowed = !process.env.NST_NO_INSTALL;
  if (works('apt-get', ['--version'])) {
    const sudo = root ? [] : ['sudo', '-n'];
    if (allowed && (root || works('sudo', ['-n', 'true']))) {
      say('installing ffmpeg with apt-get');
      const apt = (...args) => {
        const [command, ...rest] = [...sudo, 'apt-get', ...args];
        return run(command, rest, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
      };
      apt('update', '-qq');
      apt('install', '-y', '-qq', '--no-install-recommends', 'ffmpeg');
    }
    if (ffmpegVersion() < 5) fail('ffmpeg 5 or later is missing; type: sudo apt-get install ffmpeg');
  } else if (works('brew', ['--version'])) {
    if (allowed) {
      say('installing ffmpeg with brew');
      run('brew', ['install', 'ffmpeg']);
    }
    if (ffmpegVersion() < 5) fail('ffmpeg 5 or later is missing; type: brew install ffmpeg');
  } else if (process.platform === 'win32')
    fail('ffmpeg 5 or later is missing; type: winget install Gyan.FFmpeg');
  else fail('ffmpeg 5 or later is missing; install the package named ffmpeg with your package manager');
}

/** Whether the system has oneDNN, or its user says where it is. */
function hasOnednn() {
  if (process.env.NST_ONEDNN) return true;
  const folders = ['/opt/homebrew/lib', '/usr/local/lib'];
  if (folders.some((folder) => existsSync(join(folder, 'libdnnl.dylib')))) return true;
  const listed = spawnSync('ldconfig', ['-p'], {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${process.env.PATH}:/sbin:/usr/sbin` },
  });
  return /libdnnl\.so\.[23]\b/.test(listed.stdout ?? '');
}

/** What installs oneDNN here, a command and its arguments; nothing where no package manager has it. */
function onednnInstaller() {
  if (works('brew', ['--version'])) return ['brew', 'install', 'onednn'];
  const name = ['libdnnl3', 'libdnnl2'].find((one) => works('apt-cache', ['show', one]));
  if (!name) return undefined;
  const command = ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', name];
  return process.getuid?.() === 0 ? command : ['sudo', ...command];
}

/** Optional: installed where it is asked for, else people are told of it. */
function offerOnednn() {
  const asked = process.argv.includes('--onednn');
  const told = !quiet && process.stderr.isTTY;
  if ((!asked && !told) || hasOnednn()) return;
  const installer = onednnInstaller();
  if (!asked) {
    if (installer) say('oneDNN paints faster on most processors; to install it: npm run setup -- --onednn');
    return;
  }
  if (!installer) fail('no package manager here has oneDNN; name its library in NST_ONEDNN');
  say(`installing oneDNN: ${installer.join(' ')}`);
  const [command, ...args] = installer;
  if (!run(command, args)) fail(`oneDNN could not be installed; type: ${installer.join(' ')}`);
}

function build() {
  if (!run(process.execPath, [join(root, 'scripts/build.mjs')])) fail('the build failed; see above');
}

checkNode();
installPackages();
installFfmpeg();
offerOnednn();
build();
if (!quiet) say('ready');
