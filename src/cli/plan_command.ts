import type { Command } from 'commander';
import { forecastFilm } from '../render/forecast/forecast.js';
import type { FilmForecast } from '../render/forecast/forecast_report.js';
import type { FilmOptions } from '../render/options/options.js';
import { columns } from './columns.js';
import { addOptions } from './options.js';
import { reportOptions } from './report_options.js';
import { duration, gibibytes, significant } from './units.js';

/** What a film job would do and need, for people, 80 columns wide. */
export function planLines(plan: FilmForecast): string[] {
  const { frames, network, iterations, flow, disk, memory, seconds, measured } = plan;
  const several = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;
  const free = disk.free === undefined ? '' : `; ${gibibytes(disk.free)} free`;
  const where = network.state === 'here' ? '' : ', not here yet: it would be fetched';
  const parts = (['start', 'decoding', 'flow', 'painting', 'encoding'] as const)
    .map((part) => `${part} ${duration(seconds[part])}`)
    .join(', ');
  const at = measured.width === plan.width ? '' : `, measured at ${measured.width}x${measured.height}`;
  const cut = seconds.cut >= 1 ? `; each hard cut adds ${duration(seconds.cut)}` : '';
  const how =
    plan.passes > 1
      ? ` in ${plan.passes} passes: ${several(frames.first, 'painting')} afresh, ${frames.next} from the pass before`
      : `, ${frames.first} of them afresh and ${frames.next} from the frame before`;
  const following = plan.passes > 1 ? 'one of a later pass' : 'a following one';
  const painting =
    frames.toPaint === 0
      ? []
      : [
          ...columns(
            'painting',
            `${plan.preset}, ${plan.optimizer}: at most ${several(iterations.first, 'iteration')} for a fresh frame, ${iterations.next} for ${following}; ${several(plan.evaluations, 'evaluation')} in all, ${significant(1000 * measured.evaluation)} ms each${at}`,
          ),
          ...columns('flow', `${flow.estimator}, ${several(flow.pairs, 'pair')} of frames`),
          ...columns('network', `${network.name}, ${gibibytes(network.bytes)}${where}`),
        ];
  return [
    ...columns('film', `${plan.input} -> ${plan.output}`),
    ...columns(
      'frames',
      `${frames.total} of ${plan.width}x${plan.height}: ${frames.finished} finished, ${frames.toPaint} to paint${how}`,
    ),
    ...painting,
    ...columns(
      'disk',
      `up to ${gibibytes(disk.work)} more in ${plan.workFolder}, about ${gibibytes(disk.output)} for the output${free}`,
    ),
    ...columns('memory', `about ${gibibytes(memory.peak)} at most; ${gibibytes(memory.available)} available`),
    ...columns(
      'time',
      `about ${duration(seconds.total)} on ${several(plan.threads, 'thread')}: ${parts}${cut}`,
    ),
    ...plan.notes.flatMap((note) => columns('note', note)),
  ];
}

/** Adds `plan <film>`: what the same film command would do, on standard output. Writes nothing else. */
export function addPlanCommand(make: (parent: Command, name: string) => Command, program: Command): void {
  const plan = make(program, 'plan')
    .description('tell what repainting a film would take')
    .argument('<film>', 'the film; all other options are those it would be repainted with');
  addOptions(plan, 'plan').action(async (film: string, given) => {
    const { json, options } = reportOptions<FilmOptions>('plan', given);
    const startUp = process.uptime();
    const told = await forecastFilm(film, options, { startUp });
    process.stdout.write(`${json ? JSON.stringify(told, null, 2) : planLines(told).join('\n')}\n`);
  });
}
