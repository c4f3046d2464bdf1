// Paints a film in a process of its own and prints, as JSON, what time and memory it took as it went on.
//   node --expose-gc paint.mjs FILM OUTPUT OPTIONS
import { readFileSync } from 'node:fs';
import { renderFilm } from '../../../dist/index.js';

/** Paintings between two looks at the memory. */
const EVERY = 50;

const [film, output, options] = process.argv.slice(2);
const began = performance.now();
const seconds = () => (performance.now() - began) / 1000;
const looks = [];
function look(paintings) {
  globalThis.gc();
  const { rss, heapUsed, arrayBuffers, external } = process.memoryUsage();
  looks.push({ paintings, seconds: seconds(), rss, held: heapUsed + external + arrayBuffers });
}

const job = renderFilm(film, { ...JSON.parse(options), output });
let paintings = 0;
let painting = 0;
let painted = 0;
for await (const event of job) {
  if (event.type === 'plan') painting = seconds();
  if (event.type !== 'frame') continue;
  painted = seconds();
  if (++paintings % EVERY === 0 || paintings === EVERY / 5) look(paintings);
}
await job.result;
const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024;
console.log(
  JSON.stringify({
    paintings,
    before: painting,
    painting: painted - painting,
    seconds: seconds(),
    peak,
    looks,
  }),
);
