import type { Command } from 'commander';
import { EXIT_CODES } from '../error.js';
import { type DoctorReport, examine, type TriedRuntime } from '../render/doctor/doctor.js';
import type { DoctorOptions } from '../render/options/options.js';
import { columns } from './columns.js';
import { addOptions } from './options.js';
import { reportOptions } from './report_options.js';
import { significant } from './units.js';

const INDENT = 19;

/** What was found, for people, 80 columns wide. */
export function doctorLines({
  program,
  ready,
  machine,
  findings,
  trial = [],
  evaluation,
}: DoctorReport): string[] {
  const line = (label: string, text: string) => columns(label, text, INDENT);
  const lines = [
    ...line('nst-video', program),
    ...line(
      'machine',
      `${machine.platform}, ${machine.processor}, ${machine.cores} core${machine.cores === 1 ? '' : 's'}`,
    ),
  ];
  for (const { name, status, required, found, advice } of findings) {
    const mark = { ok: 'ok', warn: '! ', missing: required ? '!!' : '- ' }[status];
    lines.push(...line(`${mark} ${name}`, found));
    if (advice !== undefined) lines.push(...line('', `-> ${advice}`));
  }
  for (const [i, row] of trial.entries()) lines.push(...line(i === 0 ? 'tried' : '', trialLine(row)));
  if (evaluation) {
    const { network, runtime, width, height, evaluation: ms, perSecond, prepare } = evaluation;
    lines.push(
      ...line(
        'measured',
        `${significant(ms)} ms for an evaluation of ${network} at ${width}x${height}, ${significant(perSecond)} a second (${runtime}); ready after ${significant(prepare / 1000)} s`,
      ),
    );
  }
  lines.push(ready ? 'Everything needed is there.' : 'Something needed is missing: see the lines marked !!');
  return lines;
}

/** `oneDNN 2.6.3, 2 threads, bfloat16: 31 ms, gradient 4.1 % off: taken`. */
function trialLine({ name, precision, milliseconds, gradientError, right, failure, chosen }: TriedRuntime) {
  const who = `${name}, ${precision}`;
  if (milliseconds === undefined || gradientError === undefined) return `${who}: failed, ${failure}`;
  const off = gradientError === 0 ? '' : `, gradient off by ${(100 * gradientError).toPrecision(2)} %`;
  const verdict = failure ? `: failed, ${failure}` : right ? (chosen ? ': taken' : '') : ': wrong';
  return `${who}: ${significant(milliseconds)} ms${off}${verdict}`;
}

/** Adds `doctor`: what is there, on standard output; exit status 4 where something required is missing. */
export function addDoctorCommand(make: (parent: Command, name: string) => Command, program: Command): void {
  const doctor = make(program, 'doctor').description('look whether everything needed is there, and how fast');
  addOptions(doctor, 'doctor').action(async (given) => {
    const { json, options } = reportOptions<DoctorOptions>('doctor', given);
    const report = await examine(options);
    process.stdout.write(`${json ? JSON.stringify(report, null, 2) : doctorLines(report).join('\n')}\n`);
    if (!report.ready) process.exitCode = EXIT_CODES.environment;
  });
}
