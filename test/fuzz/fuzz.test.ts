import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ordinaryFailure } from '../../dist/ordinary_failure.js';
import { scratchFolder } from '../support/program.js';
import { Chance, seeded } from './mutate.js';
import { targets } from './targets.js';

/** Inputs over all targets; `npm run fuzz` asks for many. */
const INPUTS = Number(process.env.NST_FUZZ ?? 1500);
const SEED = Number(process.env.NST_FUZZ_SEED ?? 1);
/** Where inputs that broke something are kept, if anywhere. */
const KEPT = process.env.NST_FUZZ_KEEP;
const MOST_SECONDS = 2;
const MOST_BYTES = 500e6;

interface Broken {
  readonly input: number;
  readonly why: string;
}

describe('whatever comes from outside ends with a value or one clear error', async () => {
  const list = await targets(scratchFolder());
  const all = list.reduce((sum, { weight = 1 }) => sum + weight, 0);
  const totals = { inputs: 0, bugs: 0, slow: 0, large: 0 };

  it.each(list)('$name', { timeout: 3_600_000 }, async (target) => {
    const inputs = Math.max(5, Math.round((INPUTS * (target.weight ?? 1)) / all));
    const broken: Broken[] = [];
    for (let i = 0; i < inputs; i++) {
      const { bytes, read } = target.input(new Chance(seeded(SEED * 1e6 + i)));
      const before = process.resourceUsage().maxRSS;
      const began = performance.now();
      const bug = await outcome(read);
      const seconds = (performance.now() - began) / 1000;
      const grown = (process.resourceUsage().maxRSS - before) * 1024;
      // The small budget runs beside other tests: only what work it makes is looked at, not how long that takes.
      const slow = INPUTS >= 10_000 && seconds > MOST_SECONDS;
      const large = grown > MOST_BYTES;
      if (!bug && !slow && !large) continue;
      totals.bugs += bug ? 1 : 0;
      totals.slow += slow ? 1 : 0;
      totals.large += large ? 1 : 0;
      broken.push({ input: i, why: bug ?? (slow ? `${seconds.toFixed(1)} s` : `${grown} bytes`) });
      if (KEPT) writeFileSync(join(KEPT, `${target.name}-${SEED}-${i}`.replaceAll(' ', '-')), bytes);
    }
    totals.inputs += inputs;
    if (INPUTS >= 10_000)
      process.stdout.write(`${target.name}: ${inputs} inputs, ${broken.length} broke something\n`);
    expect(broken).toEqual([]);
  });

  it('in all', () => {
    const { inputs, bugs, slow, large } = totals;
    if (INPUTS >= 10_000)
      process.stdout.write(
        `${inputs} inputs: 0 crashes, ${bugs} bugs, ${slow + large} beyond ${MOST_SECONDS} s or ${MOST_BYTES / 1e6} MB\n`,
      );
    expect({ bugs, slow, large }).toEqual({ bugs: 0, slow: 0, large: 0 });
  });
});

/** What was thrown that is neither ours nor the system's; undefined where nothing was. */
async function outcome(read: () => unknown): Promise<string | undefined> {
  try {
    await read();
  } catch (error) {
    const { name, stack, message } = error as Error;
    if (name === 'NstError' || ordinaryFailure(error)) return undefined;
    return stack ?? message;
  }
  return undefined;
}
