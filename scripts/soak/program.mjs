// The built program as a process that may be killed, and what it leaves behind.
import { spawn, spawnSync } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
/** How long ffmpeg may take to see that nobody reads it or writes to it any more, s. */
const GRACE = 20;

/** All processes below one, as the system lists them. */
function descendants(pid) {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent) => rows.flatMap(([child, its]) => (its === parent ? [child, ...below(child)] : []));
  return below(pid);
}

const lives = (pid) => {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z');
};

/**
 * Runs the program, and kills it with SIGKILL after `killAfter` seconds unless it has ended by then.
 *
 * @returns `killed`, `status`, `seconds`, the end of `stderr`, and `strays`: processes it had begun that outlived it by
 *   `GRACE` seconds; they are ended.
 */
export async function run(args, killAfter) {
  const began = performance.now();
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (data) => {
    stderr = (stderr + data).slice(-2000);
  });
  // Not `close`: what the program has begun may hold the pipe open.
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (status) => resolve(status));
  });
  let below = [];
  if (killAfter !== undefined) {
    const stop = new AbortController();
    const alarm = wait(1000 * killAfter, 'alarm', { signal: stop.signal }).catch(() => 'ended');
    if ((await Promise.race([alarm, ended])) === 'alarm') {
      below = descendants(child.pid);
      child.kill('SIGKILL');
    }
    stop.abort();
  }
  const status = await ended;
  const killed = child.signalCode === 'SIGKILL';
  const seconds = (performance.now() - began) / 1000;
  return { killed, status, seconds, stderr, strays: killed ? await straysOf(below) : [] };
}

async function straysOf(pids) {
  const deadline = performance.now() + 1000 * GRACE;
  let living = pids.filter(lives);
  while (living.length > 0 && performance.now() < deadline) {
    await wait(100);
    living = living.filter(lives);
  }
  for (const pid of living) process.kill(pid, 'SIGKILL');
  return living;
}
