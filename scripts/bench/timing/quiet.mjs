// Telling a clean timing from a disturbed one on a shared machine: how much processor time did others use meanwhile?
import { existsSync, readFileSync } from 'node:fs';

const STAT = '/proc/stat';
const known = existsSync(STAT);

/** Milliseconds of processor time used by everybody, hypervisor's share included, since the machine started. */
function everybody() {
  if (!known) return 0;
  const [user, nice, system, , , irq, softirq, steal] = readFileSync(STAT, 'utf8')
    .split('\n', 1)[0]
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number);
  // Linux counts in hundredths of a second.
  return 10 * (user + nice + system + irq + softirq + steal);
}

function own() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Runs `action` and returns its wall time in ms and whether others left the machine alone meanwhile. */
export async function timed(action) {
  const before = everybody() - own();
  const start = performance.now();
  await action();
  const ms = performance.now() - start;
  const others = everybody() - own() - before;
  return { ms, clean: !known || others < Math.max(25, 0.12 * ms) };
}

/** Waits until others use less than a tenth of one core for a quarter of a second, at most `seconds`. */
export async function waitForQuiet(seconds) {
  const until = performance.now() + 1000 * seconds;
  while (known && performance.now() < until) {
    const before = everybody() - own();
    await new Promise((resolve) => setTimeout(resolve, 250));
    if (everybody() - own() - before < 25) return;
  }
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

/** Median of the clean timings, or of all where none was. */
export function summary(timings) {
  const clean = timings.filter((t) => t.clean).map((t) => t.ms);
  const all = timings.map((t) => t.ms);
  return { ms: median(clean.length > 0 ? clean : all), clean: clean.length, of: all.length };
}
