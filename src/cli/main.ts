#!/usr/bin/env node
import { CommanderError } from 'commander';
import { EXIT_CODES, NstError } from '../error.js';
import { buildProgram } from './program.js';

/** One plain line for a failure the program knows; a bug keeps its stack so that it can be reported. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_CODES.usage;
  if (error instanceof NstError) {
    process.stderr.write(`nst-video: ${error.message}\n`);
    return error.exitCode;
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`nst-video: this is a bug in the program, please report it\n${detail}\n`);
  return EXIT_CODES.bug;
}

try {
  await buildProgram().parseAsync();
} catch (error) {
  process.exitCode = report(error);
}
