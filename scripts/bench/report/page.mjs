// docs/performance.md, and the figures that it is made of.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { betweenMarkers } from '../../between_markers.mjs';
import { machineLine } from './machine.mjs';

const docs = fileURLToPath(new URL('../../../docs/', import.meta.url));
const folder = join(docs, 'performance');
const fileOf = (part) => join(folder, `${part}.json`);

/** The newest figures of a part with their machine; undefined where it was never measured. */
export function readMeasured(part) {
  return existsSync(fileOf(part)) ? JSON.parse(readFileSync(fileOf(part), 'utf8')) : undefined;
}

export function storeMeasured(part, measured) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(fileOf(part), `${JSON.stringify(measured, null, 1)}\n`);
}

const INTRODUCTION = [
  '# How fast it is',
  '',
  'Written by `npm run bench` of the figures in `docs/performance/`; do not edit. `npm run bench engine` measures one part again, `npm run bench -- --full` takes the long ones too. What is compared takes turns in one run (A B A B), times are medians, and ratios are to be trusted more than times: machines differ, and so does one machine from hour to hour.',
];

const readme = fileURLToPath(new URL('../../../README.md', import.meta.url));
const MARKERS = ['<!-- speed: written by `npm run bench` -->', '<!-- end of speed -->'];

/** README's table: of each part what it exports as `brief(results)`, if anything. */
function writeReadme(sections) {
  const lines = sections
    .filter(({ part }) => part.brief)
    .flatMap(({ part, results, machine }) => [
      ...part.brief(results),
      '',
      `<sub>${machineLine(machine)}</sub>`,
      '',
    ]);
  const text = lines.length > 0 ? ['### How fast', '', ...lines].join('\n').trimEnd() : '';
  writeFileSync(readme, betweenMarkers(readFileSync(readme, 'utf8'), MARKERS, text));
}

export function writePage(sections) {
  writeReadme(sections);
  const lines = sections.flatMap(({ name, machine, full, results, part }) => [
    '',
    `## ${part.title}`,
    '',
    ...part.write(results),
    '',
    `<sub>\`npm run bench ${name}${full ? ' -- --full' : ''}\` on ${machineLine(machine)}</sub>`,
  ]);
  writeFileSync(join(docs, 'performance.md'), `${[...INTRODUCTION, ...lines].join('\n')}\n`);
}
