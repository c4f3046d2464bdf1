// Paints a film in a process of its own and prints, as JSON, what time and memory it took as it went on.
//   node --expose-gc paint.mjs FILM OUTPUT OPTIONS
import { existsSync, readFileSync } from 'node:fs';
import { renderFilm } from '../../../dist/index.js';

const STATUS = '/proc/self/status';

/** Paintings between two looks at time and memory. */
const EVERY = 50;
/** Paintings after which all code has run. */
const WARM = 10;

const [film, output, options] = process.argv.slice(2);
const began = performance.now();
const seconds = () => (performance.now() - began) / 1000;
const looks = [];
function look(paintings) {
  globalThis.gc();
  // External memory has that of the array buffers in it.
  const { rss, heapUsed, external } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  looks.push({ paintings, seconds: seconds(), cpu: (user + system) / 1e6, rss, held: heapUsed + external });
}

const job = renderFilm(film, { ...JSON.parse(options), output });
let paintings = 0;
let before = 0;
let painted = 0;
for await (const event of job) {
  if (event.type === 'plan') before = seconds();
  if (event.type !== 'frame') continue;
  painted = seconds();
  if (++paintings % EVERY === 0 || paintings === WARM) look(paintings);
}
await job.result;
const { user, system } = process.cpuUsage();
const status = existsSync(STATUS) ? readFileSync(STATUS, 'utf8') : '';
// What the process held at most; its own word where the system has no such file.
const peak = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? process.resourceUsage().maxRSS) * 1024;
const cpu = (user + system) / 1e6;
const whole = { paintings, before, painting: painted - before, seconds: seconds(), cpu, peak };
console.log(JSON.stringify({ ...whole, looks }));
