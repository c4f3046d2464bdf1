import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { childStarted } from '../child_started.js';
import { type FailureKind, NstError } from '../error.js';
import { CHILD_MARK, endWithThisProcess } from './child_watcher.js';

/** What a child that failed leaves behind; carried as the `cause` of the NstError that reports it. */
export class ChildFailure extends Error {
  override readonly name = 'ChildFailure';

  constructor(
    /** The command line, quoted so that a shell would take it. */
    readonly command: string,
    readonly exitCode: number | null,
    readonly signal: NodeJS.Signals | null,
    /** The last 4 KB of what it said. */
    readonly stderr: string,
    options?: { cause?: unknown },
  ) {
    super(`${command}\nended with ${signal ?? `status ${exitCode}`}\n${stderr}`.trimEnd(), options);
  }

  /**
   * The first thing ffmpeg said went wrong, without its `[part @ address]`; what follows are consequences, and some
   * encoders introduce themselves.
   */
  get reason(): string {
    const lines = this.stderr
      .split('\n')
      .map((line) => line.replace(/^(?:\[[^\]]* @ [^\]]*\] *)+/, '').trim());
    return lines.find((line) => line && !/^\w+ ?\[info\]/.test(line)) ?? '';
  }
}

export interface Child {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** File descriptor 3 of a child that was started with one. */
  readonly third?: Readable;
  /** Whether it has written anything to stderr. */
  complained(): boolean;
  /** Resolves when the child has ended with status 0; rejects with a ChildFailure, or with the abort's reason. */
  readonly ended: Promise<void>;
  /** Ends the child; safe to call at any time. `ended` settles when it is gone. */
  stop(): void;
}

const STDERR_KEPT = 4096;
const PATIENCE_MS = 1000;
/** ffmpeg 5 ends with status 0 also where it could not finish its file. */
const UNFINISHED = /^Error writing trailer /m;
const living = new Set<() => void>();

// A child outside the terminal's process group does not get its Ctrl-C: this process decides what becomes of it.
// So none may stay behind when this process leaves by itself.
process.once('exit', () => {
  for (const kill of living) kill();
});

/** One word of a command line, quoted where a shell needs it. */
export function shellQuoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Starts a program with pipes on its three streams, and on a third to read from where asked; `signal` ends it. */
export function startChild(
  file: string,
  args: readonly string[],
  signal?: AbortSignal,
  { third = false }: { third?: boolean } = {},
): Child {
  const command = [file, ...args].map(shellQuoted).join(' ');
  childStarted.publish(command);
  const child = spawn(file, args, {
    stdio: third ? ['pipe', 'pipe', 'pipe', 'pipe'] : ['pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
    env: { ...process.env, ...CHILD_MARK, LC_ALL: 'C', AV_LOG_FORCE_NOCOLOR: '1' },
  }) as ChildProcessByStdio<Writable, Readable, Readable>;
  const { pid } = child;
  // A script in ffmpeg's place may have started others: the whole group is meant.
  const signalAll = (name: 'SIGTERM' | 'SIGKILL') => {
    if (pid === undefined || process.platform === 'win32') return void child.kill(name);
    try {
      process.kill(-pid, name);
    } catch {
      child.kill(name); // the group is gone, or not ours to end
    }
  };
  const killNow = () => signalAll('SIGKILL');
  const gone = pid === undefined ? undefined : endWithThisProcess(pid);
  living.add(killNow);
  let impatience: NodeJS.Timeout | undefined;
  const stop = () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    signalAll('SIGTERM');
    impatience ??= setTimeout(killNow, PATIENCE_MS).unref();
  };
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_KEPT);
  });
  // A child that leaves early breaks the pipe to it; the reason is in its status and stderr, not in EPIPE.
  child.stdin.on('error', () => {});
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', (cause) => reject(new ChildFailure(command, null, null, stderr, { cause })));
    child.once('close', (code, killedBy) => {
      if (signal?.aborted) reject(abortReason(signal));
      else if (code === 0 && !UNFINISHED.test(stderr)) resolve();
      else reject(new ChildFailure(command, code, killedBy, stderr));
    });
  }).finally(() => {
    living.delete(killNow);
    gone?.();
    clearTimeout(impatience);
    signal?.removeEventListener('abort', stop);
  });
  // Whoever awaits `ended` late still gets the failure; nobody awaiting it must not bring the process down.
  ended.catch(() => {});
  if (signal?.aborted) stop();
  else signal?.addEventListener('abort', stop, { once: true });
  const extra = third ? { third: child.stdio[3] as unknown as Readable } : {};
  return { stdin: child.stdin, stdout: child.stdout, ...extra, complained: () => stderr !== '', ended, stop };
}

/** Runs a program to its end and returns what it wrote to stdout. Rejects with a ChildFailure. */
export async function runChild(
  file: string,
  args: readonly string[],
  options: { signal?: AbortSignal } = {},
): Promise<string> {
  return (await runChildForBytes(file, args, options)).toString('utf8');
}

/** As runChild, for what is no text. */
export async function runChildForBytes(
  file: string,
  args: readonly string[],
  options: { signal?: AbortSignal } = {},
): Promise<Buffer> {
  const child = startChild(file, args, options.signal);
  child.stdin.end();
  const pieces: Buffer[] = [];
  child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
  await child.ended;
  return Buffer.concat(pieces);
}

/** What an aborted operation throws: the caller's own NstError where it gave one, else kind `interrupted`. */
export function abortReason(signal: AbortSignal): NstError {
  if (signal.reason instanceof NstError) return signal.reason;
  return new NstError('interrupted', 'INTERRUPTED', 'Stopped before it was finished.', {
    cause: signal.reason,
  });
}

/** Turns a failed child into the one error a user sees; other errors pass through. */
export function childError(error: unknown, kind: FailureKind, code: string, sentence: string): unknown {
  if (!(error instanceof ChildFailure)) return error;
  if (/No space left on device|Disk quota exceeded/.test(error.stderr)) {
    return new NstError('resources', 'DISK_FULL', `${sentence}: the disk is full.`, { cause: error });
  }
  const reason = error.reason || (error.signal ? `ended by ${error.signal}` : `status ${error.exitCode}`);
  return new NstError(kind, code, `${sentence}: ${reason}`, { cause: error });
}
