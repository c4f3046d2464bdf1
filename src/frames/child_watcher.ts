import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Writable } from 'node:stream';

/**
 * Ends process groups as soon as its input ends, which it does with the process that holds the other end, whatever ended
 * that one: `+ 12` adds group 12, `- 12` takes it away; then whatever has the mark of its first argument. POSIX shell.
 */
const SCRIPT = `
live=
while read -r sign id; do
  case $sign in
    +) live="$live $id" ;;
    -) rest=; for one in $live; do [ "$one" = "$id" ] || rest="$rest $one"; done; live=$rest ;;
  esac
done
for one in $live; do kill -KILL "-$one" 2>/dev/null; done
for one in $(grep -la "$1" /proc/[0-9]*/environ 2>/dev/null); do
  one=\${one%/environ}
  kill -KILL "\${one#/proc/}" 2>/dev/null
done`;

/** What the environment of children has, so that one that was only just started is found too, where there is `/proc`. */
export const CHILD_MARK = { NST_VIDEO_RUN: `${process.pid}-${randomBytes(8).toString('hex')}` } as const;

const SHELL = '/bin/sh';

let input: Writable | undefined;

/**
 * Has a process group end with this process, also where that is killed and can do nothing more; the function it returns says
 * that the group is gone. Nothing is done on Windows, which has no groups.
 */
export function endWithThisProcess(group: number): () => void {
  if (process.platform === 'win32') return () => undefined;
  input ??= startWatcher();
  input.write(`+ ${group}\n`);
  return () => void input?.write(`- ${group}\n`);
}

/** A group of its own, so that the terminal's Ctrl-C leaves it there. */
function startWatcher(): Writable {
  const watcher = spawn(SHELL, ['-c', SCRIPT, 'sh', `NST_VIDEO_RUN=${CHILD_MARK.NST_VIDEO_RUN}`], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  // Where there is no shell, children end by themselves when their pipes break.
  watcher.on('error', () => undefined);
  watcher.stdin.on('error', () => undefined);
  watcher.unref();
  (watcher.stdin as Writable & { unref?(): void }).unref?.();
  return watcher.stdin;
}
