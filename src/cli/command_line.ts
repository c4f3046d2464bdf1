import { CommanderError } from 'commander';
import { EXIT_CODES, NstError } from '../error.js';
import { ordinaryFailure } from '../ordinary_failure.js';
import { failureEvent, wasTold } from './failure.js';
import { survivesHangUps } from './hang_up.js';
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
 * Whoever read our output is gone (`| head`): a job stops as by a signal, with what is stored whole; all else ends. Where
 * its disk is full work goes on, and that it could not be told is said in the end.
 */
function heedOutput(): void {
  const told = new Set<string>();
  const failed = (name: string, other: NodeJS.WriteStream) => (error: NodeJS.ErrnoException) => {
    if (told.has(name)) return;
    told.add(name);
    if (error.code === 'EPIPE') return void process.kill(process.pid, 'SIGTERM');
    const known = ordinaryFailure(error);
    const sentence = `nst-video: ${name} could not be written: ${known?.message ?? error.message}\n`;
    process.once('exit', () => {
      other.write(sentence);
      // Whatever is read from there is not whole.
      if (name === STANDARD_OUTPUT) process.exitCode ||= known?.exitCode ?? EXIT_CODES.environment;
    });
  };
  process.stdout.on('error', failed(STANDARD_OUTPUT, process.stderr));
  process.stderr.on('error', failed('standard error', process.stdout));
}

const STANDARD_OUTPUT = 'standard output';

survivesHangUps();
heedOutput();
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
