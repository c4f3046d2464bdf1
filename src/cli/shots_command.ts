import type { Command } from 'commander';
import type { ShotsOptions } from '../render/options/options.js';
import { type ListedShot, listShots, type ShotsReport } from '../render/shots/list_shots.js';
import { addOptions } from './options.js';
import { reportOptions } from './report_options.js';

const BEGIN: Readonly<Record<ListedShot['begin'], string>> = {
  start: '',
  cut: 'cut',
  fade: 'fade',
  given: 'given',
};

/** `0:01:02.48` */
function clock(seconds: number): string {
  const hundredths = Math.round(100 * seconds);
  const part = (unit: number, most: number) => String(Math.floor(hundredths / unit) % most).padStart(2, '0');
  return `${Math.floor(hundredths / 360_000)}:${part(6000, 60)}:${part(100, 60)}.${part(1, 100)}`;
}

/** The shots of a film as a table, with what `--frames` takes for each. */
export function shotsLines({ shots, sheets, notes }: ShotsReport): string[] {
  const rows = shots.map((shot) => [
    String(shot.shot),
    String(shot.first),
    String(shot.last),
    clock(shot.start),
    `${shot.seconds.toFixed(2)} s`,
    `--frames ${shot.first}-${shot.last}`,
    BEGIN[shot.begin],
  ]);
  const table = [['shot', 'first', 'last', 'start', 'length', 'alone', 'begins with'], ...rows];
  const widths = table[0].map((_, c) => Math.max(...table.map((row) => row[c].length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, c) => (c < 5 ? cell.padStart(widths[c]) : cell.padEnd(widths[c])))
      .join('  ')
      .trimEnd();
  return [
    ...table.map(line),
    ...sheets.map((sheet) => `sheet ${sheet}`),
    ...notes.map((note) => `note  ${note}`),
  ];
}

/** Adds `shots <film>`: where its shots begin, on standard output. */
export function addShotsCommand(make: (parent: Command, name: string) => Command, program: Command): void {
  const shots = make(program, 'shots')
    .description('list the shots of a film, with a contact sheet')
    .argument('<film>', 'the film');
  addOptions(shots, 'shots').action(async (film: string, given) => {
    const { json, options } = reportOptions<ShotsOptions>('shots', given);
    const report = await listShots(film, options);
    process.stdout.write(`${json ? JSON.stringify(report, null, 2) : shotsLines(report).join('\n')}\n`);
  });
}
