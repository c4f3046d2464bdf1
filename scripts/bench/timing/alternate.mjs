// A B A B: what is compared takes turns, since a machine's speed drifts.
import { summary, timed, waitForQuiet } from './quiet.mjs';

/**
 * Times every contestant in `rounds` rounds, once without timing and `repeats` times with it: each starts with the
 * others' data in the caches, and an optimiser evaluates again and again.
 *
 * @param contestants by name, an async function each, or an object with `timings(repeats)` that gives its own list of
 *   `{ ms, clean }`, for what runs in another process
 * @param patience seconds to wait for a quiet machine before a round
 * @returns by name, `{ ms, clean, of }`: the median, and how many timings nothing disturbed
 */
export async function alternate(contestants, { rounds = 4, repeats = 3, patience = 5 } = {}) {
  const timings = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    await waitForQuiet(patience);
    for (const [name, contestant] of Object.entries(contestants)) {
      if (contestant.timings) timings[name].push(...(await contestant.timings(repeats)));
      else {
        await contestant();
        for (let i = 0; i < repeats; i++) timings[name].push(await timed(contestant));
      }
    }
  }
  return Object.fromEntries(Object.entries(timings).map(([name, list]) => [name, summary(list)]));
}
