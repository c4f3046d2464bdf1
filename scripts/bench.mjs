// Measures how fast the program is and writes docs/performance.md. A part is a file of scripts/bench/ that exports
//   title            the heading of its section
//   measure({full})  what it found, as plain JSON; `{ skipped: 'why' }` where this machine has nothing to measure with
//   write(results)   the lines of its section, Markdown
// and, if it likes, brief(results), the lines that README has of it.
// The newest figures of each part lie in docs/performance/PART.json with the machine they are of, and the page is made
// of those: one part may be measured again without the others.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeMachine } from './bench/report/machine.mjs';
import { readMeasured, storeMeasured, writePage } from './bench/report/page.mjs';

const folder = fileURLToPath(new URL('./bench/', import.meta.url));
const parts = readdirSync(folder)
  .filter((name) => name.endsWith('.mjs'))
  .map((name) => name.slice(0, -'.mjs'.length))
  .sort();

const USAGE = `usage: npm run bench [part …] [-- --full | --page]

  part    ${parts.join(', ')}; all unless given
  --full  what takes long, too
  --page  writes docs/performance.md of the figures there are, and measures nothing

A processor that is busy with something else gives wrong figures.`;

function readArguments() {
  const options = {
    full: { type: 'boolean', default: false },
    page: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  };
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const unknown = positionals.find((name) => !parts.includes(name));
    if (unknown) throw new Error(`bench: expected a part (${parts.join(', ')}), found ${unknown}`);
    return { ...values, chosen: positionals.length > 0 ? positionals : parts };
  } catch (error) {
    console.error(`${error.message}\n\n${USAGE}`);
    process.exit(2);
  }
}

async function measurePart(name, full) {
  const part = await import(`./bench/${name}.mjs`);
  const began = performance.now();
  console.log(`## ${part.title} (${name})`);
  const results = await part.measure({ full });
  if (results.skipped) {
    console.log(`left out: ${results.skipped}`);
    return;
  }
  const seconds = Math.round((performance.now() - began) / 1000);
  storeMeasured(name, { machine: describeMachine(), full, seconds, results });
  console.log([...part.write(results), '', `${seconds} s`, ''].join('\n'));
}

const { full, page, help, chosen } = readArguments();
if (help) {
  console.log(USAGE);
  process.exit(0);
}
for (const name of page ? [] : chosen) await measurePart(name, full);
const sections = [];
for (const name of parts) {
  const measured = readMeasured(name);
  if (measured) sections.push({ name, ...measured, part: await import(`./bench/${name}.mjs`) });
}
writePage(sections);
