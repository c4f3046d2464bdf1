#!/usr/bin/env node
import { CommanderError } from 'commander';
import { EXIT_CODES, NstError } from '../error.js';
import { failureEvent, wasTold } from './failure.js';
import { jsonLines } from './json_lines.js';
import { buildProgram } from './program.js';

/** One plain line for a failure the program knows; a bug keeps its stack so that it can be reported. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_CODES.usage;
  const event = failureEvent(error);
  // Failures before the faces are there, such as an unknown option, are events too.
  if (process.argv.includes('--json') && !wasTold(error)) jsonLines(process.stdout).emit(event);
  if (error instanceof NstError) process.stderr.write(`nst-video: ${event.message}\n`);
  else {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`nst-video: this is a bug in the program, please report it\n${detail}\n`);
  }
  return event.status;
}

/** Whoever read our output is gone (`| head`): a job stops as by a signal, with what is stored whole; all else ends. */
function stopWhenUnread(): void {
  let asked = false;
  const stop = (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    if (!asked) process.kill(process.pid, 'SIGTERM');
    asked = true;
  };
  process.stdout.on('error', stop);
  process.stderr.on('error', stop);
}

stopWhenUnread();
try {
  const program = buildProgram();
  if (process.argv.length > 2) await program.parseAsync();
  else {
    program.outputHelp({ error: true });
    process.exitCode = EXIT_CODES.usage;
  }
} catch (error) {
  process.exitCode = report(error);
}
