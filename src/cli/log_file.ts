import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { NstError } from '../error.js';
import { version } from '../render/version.js';
import type { Face } from './face.js';
import { plainLines } from './plain_lines.js';

/**
 * Appends plain lines with times to a file, each at once, so that a run that is cut off leaves all it said.
 * @param path The file; made where there is none.
 * @param failed Told once when the log cannot be written any longer; the job goes on without it.
 * @throws NstError usage OUTPUT_NOT_A_FILE for a pipe; input OUTPUT_NOT_WRITABLE where the file cannot be opened.
 */
export function logFile(path: string, failed: (message: string) => void): Face {
  let file: number | undefined;
  if (path === '-' || isPipe(path)) {
    const what = path === '-' ? 'standard output' : 'a pipe';
    throw new NstError('usage', 'OUTPUT_NOT_A_FILE', `--log ${path}: expected a file, found ${what}`);
  }
  try {
    file = openSync(path, 'a');
  } catch (cause) {
    throw new NstError('input', 'OUTPUT_NOT_WRITABLE', `--log ${path}: cannot be written: ${why(cause)}`, {
      cause,
    });
  }
  const stop = () => {
    if (file !== undefined) closeSync(file);
    file = undefined;
  };
  const write = (line: string) => {
    if (file === undefined) return;
    try {
      writeSync(file, `${new Date().toISOString()} ${line}\n`);
    } catch (error) {
      stop();
      failed(`--log ${path}: cannot be written any longer: ${why(error)}`);
    }
  };
  const lines = plainLines(write);
  const words = process.argv
    .slice(2)
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word)));
  write(`nst-video ${version}, Node ${process.versions.node}, ${process.platform}: ${words.join(' ')}`);
  return {
    ...lines,
    close: () => {
      lines.close();
      stop();
    },
  };
}

/** Opening one waits until somebody reads it. */
function isPipe(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFIFO() ?? false;
}

function why(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
  return (
    {
      ENOENT: 'there is no such folder',
      EACCES: 'permission denied',
      EISDIR: 'it is a folder',
      ENOSPC: 'the disk is full',
    }[code] ?? code
  );
}
