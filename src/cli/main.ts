#!/usr/bin/env node
// An entry that every Node since 12 can read: it finds out whether this one can run the program before anything newer
// is read. So it imports nothing by name and has no `?.`, `??` or `await` at the top.

/** Checked against package.json by a test. */
const OLDEST = [20, 10];

const found = process.versions.node.split('.').map(Number);
const tooOld = found[0] < OLDEST[0] || (found[0] === OLDEST[0] && found[1] < OLDEST[1]);

/** Says it as every failure is said, to people and to programs, and has the process end with the kind's status. */
function refuse(code: string, message: string, kind: 'environment' | 'resources' = 'environment'): void {
  const status = kind === 'resources' ? 5 : 4;
  if (process.argv.indexOf('--json') >= 0) {
    const time = new Date().toISOString();
    const event = { schema: 1, time, type: 'error', kind, code, status, message };
    process.stdout.write(`${JSON.stringify(event)}\n`);
  }
  process.stderr.write(`nst-video: ${message}\n`);
  process.exitCode = status;
}

function folderIsGone(): boolean {
  try {
    process.cwd();
    return false;
  } catch (_) {
    return true;
  }
}

/** Files of the program that are not there, do not load or cannot be opened; all else is a bug and shown as one. */
function explain(error: { code?: string; message: string }): void {
  const reason = error.message.split('\n')[0].replace(/[\s.:]+$/, '');
  const unread = `the program's own files cannot be read: ${reason}`;
  const code = error.code || '';
  const missing =
    /^(ERR_MODULE_NOT_FOUND|MODULE_NOT_FOUND|ERR_DLOPEN_FAILED)$/.test(code) ||
    /^Could not load the "sharp" module/.test(reason);
  const again = 'install its packages again on this system, without leaving out optional ones: npm install';
  if (/^(EMFILE|ENFILE|ENOMEM|EAGAIN)$/.test(code)) refuse('SYSTEM_LIMIT', unread, 'resources');
  else if (/^(EACCES|EPERM|EIO|ESTALE|ENOTCONN)$/.test(code)) refuse('PROGRAM_UNREADABLE', unread);
  else if (missing) refuse('PACKAGE_MISSING', `the program is not whole here: ${reason}; ${again}`);
  else throw error;
}

/** Files that may be open at once; undefined where the system does not tell it in a file. */
function openFiles(readText: (path: string) => string): number | undefined {
  try {
    const line = /^Max open files +(\d+)/m.exec(readText('/proc/self/limits'));
    return line ? Number(line[1]) : undefined;
  } catch (_) {
    return undefined;
  }
}

/** Below this many, modules are loaded one by one. */
const MANY_FILES = 512;

/** Imports the program. */
function start(): Promise<unknown> {
  return Promise.all([import('node:fs'), import('node:module')]).then(([{ readFileSync }, { register }]) => {
    const most = openFiles((path) => readFileSync(path, 'utf8'));
    if (most !== undefined && most < MANY_FILES) register('./load_in_turn.js', import.meta.url);
    return import('./command_line.js');
  });
}

if (tooOld)
  refuse(
    'NODE_TOO_OLD',
    `expected Node ${OLDEST.join('.')} or later, found ${process.versions.node}; https://nodejs.org has newer ones`,
  );
else if (folderIsGone())
  refuse(
    'FOLDER_GONE',
    'the folder that this was started in does not exist any more; change to another one (cd)',
  );
else start().catch(explain);
