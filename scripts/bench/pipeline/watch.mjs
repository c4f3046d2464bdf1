// Paints a film and prints, as JSON, when each frame was done and when the solver was at work.
//   node watch.mjs FILM OPTIONS
import { renderFilm } from '../../../dist/index.js';
import { FrameSolver } from '../../../dist/nst/solver.js';

const [film, options] = process.argv.slice(2);
const began = performance.now();
const seconds = () => (performance.now() - began) / 1000;
const work = [];
for (const name of ['solve', 'evaluate', 'setStyles']) {
  const asked = FrameSolver.prototype[name];
  FrameSolver.prototype[name] = async function (...given) {
    const from = seconds();
    try {
      return await asked.apply(this, given);
    } finally {
      work.push({ name, from, to: seconds() });
    }
  };
}
const job = renderFilm(film, JSON.parse(options));
const frames = [];
for await (const event of job) if (event.type === 'frame') frames.push({ frame: event.frame, at: seconds() });
await job.result;
console.log(JSON.stringify({ frames, work, seconds: seconds() }));
