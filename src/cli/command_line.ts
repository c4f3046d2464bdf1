import { CommanderError } from 'commander';
import { EXIT_CODES, NstError } from '../error.js';
import { ordinaryFailure } from '../ordinary_failure.js';
import { failureEvent, wasTold } from './failure.js';
import { jsonLines } from './json_lines.js';
import { buildProgram } from './program.js';

/** One plain line for a failure the program knows; a bug keeps its stack so that it can be reported. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_CODES.usage;
  const known = ordinaryFailure(error) ?? error;
  const event = failureEvent(known);
  // Failures before the faces are there, such as an unknown option, are events too.
  if (process.argv.includes('--json') && !wasTold(error)) jsonLines(process.stdout).emit(event);
  if (known instanceof NstError) process.stderr.write(`nst-video: ${event.message}\n`);
  else {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`nst-video: this is a bug in the program, please report it\n${detail}\n`);
  }
  return event.status;
}

/**
 * Whoever read our output is gone (`| head`), or its disk is full: a job stops as by a signal, with what is stored
 * whole; all else ends.
 */
function stopWhenUnread(): void {
  let asked = false;
  const stop = (name: string) => (error: NodeJS.ErrnoException) => {
    // Work goes on where its log's disk is full.
    if (asked || (name === 'standard error' && error.code !== 'EPIPE')) return;
    asked = true;
    if (error.code !== 'EPIPE') {
      const known = ordinaryFailure(error);
      process.stderr.write(`nst-video: ${name} cannot be written: ${known?.message ?? error.message}\n`);
      process.once('exit', () => {
        process.exitCode = known?.exitCode ?? EXIT_CODES.environment;
      });
    }
    if (error.code === 'EPIPE' || process.listenerCount('SIGTERM') > 0) process.kill(process.pid, 'SIGTERM');
  };
  process.stdout.on('error', stop('standard output'));
  process.stderr.on('error', stop('standard error'));
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
