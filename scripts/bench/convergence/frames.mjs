// Frames 2 … n of a film whose motion is known exactly: the program against the classical run.
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeAtomic } from '../../../dist/frames/atomic.js';
import { encodePng, readPicture } from '../../../dist/frames/picture_file.js';
import { renderFilm } from '../../../dist/index.js';
import { asStored } from '../../../dist/render/work/source_frames.js';
import { temporalError } from '../../../dist/temporal/consistency.js';
import { warpPicture } from '../../../dist/temporal/warp.js';
import { motionBetween, renderScene } from '../../scenes/compose.mjs';
import { sceneOf } from '../../scenes/scenes.mjs';
import { readBackdrop } from '../../scenes/write_scene.mjs';
import { classicalRun, openEnergies, THREADS, WEIGHTS } from './classical.mjs';

/** How many frames are painted: the classical run takes a minute for each, and in a still scene rest is to be seen. */
const FRAMES = { pan: { classical: 3, ours: 4 }, static: { classical: 2, ours: 12 } };

/** Settings by the name they have in the table. */
const RUNS = {
  '--preset standard': { iterations: { first: 120, next: 40 } },
  '--preset film': { iterations: { first: 200, next: 60 } },
  '--iterations 300,80': { iterations: { first: 300, next: 80 } },
};

const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;
const styleOf = (terms) =>
  WEIGHTS.style *
  Object.entries(terms).reduce((sum, [term, value]) => sum + (term.startsWith('style') ? value : 0), 0);

export async function measureFrames(name, painting, network, evaluations) {
  const scene = sceneOf(name, await readBackdrop(), 1);
  const counts = FRAMES[name];
  const sources = Array.from({ length: Math.max(counts.classical, counts.ours) }, (_, i) =>
    asStored(renderScene(scene, i)),
  );
  const runs = [
    await classical(scene, sources.slice(0, counts.classical), { painting, network, evaluations }),
  ];
  for (const [title, options] of Object.entries(RUNS))
    runs.push(await program(scene, sources.slice(0, counts.ours), title, { ...options, style: [painting] }));
  return { scene: name, runs };
}

/** What is told of frames 2 … n: `records` of all frames with energies of the stored pictures. */
function summary(name, scene, painted, records) {
  const next = records.slice(1);
  const errors = next.map((_, k) => {
    const { flow, certain } = motionBetween(scene, k + 1, k);
    return temporalError(painted[k + 1], painted[k], flow, certain).certain;
  });
  return {
    name,
    each: mean(next.map(({ evaluations }) => evaluations)),
    energy: mean(next.map(({ energy }) => energy)),
    style: mean(next.map(({ terms }) => styleOf(terms))),
    error: mean(errors),
  };
}

/** Every frame from noise, held to the one before by the temporal term, with exact motion. */
async function classical(scene, sources, { painting, network, evaluations }) {
  const sessions = await openEnergies(network, painting, sources[0]);
  const painted = [];
  const records = [];
  for (const [i, content] of sources.entries()) {
    const motion = i > 0 ? motionBetween(scene, i, i - 1) : undefined;
    const targets = {
      content,
      warped: motion && warpPicture(painted[i - 1], motion.flow).picture,
      certainty: motion?.certain,
    };
    const { picture } = await classicalRun(sessions, targets, evaluations, 1 + i);
    painted.push(asStored(picture));
    const evaluate = await sessions.energyOf({ ...targets, weights: WEIGHTS });
    records.push({ ...(await evaluate(painted[i].data)), evaluations });
  }
  await sessions.dispose();
  return summary('classical', scene, painted, records);
}

/** The film as the program paints it, with the motion that it estimates. */
async function program(scene, sources, name, options) {
  const folder = await mkdtemp(join(tmpdir(), 'nst-convergence-'));
  try {
    const at = (...names) => join(folder, ...names);
    await mkdir(at('film'));
    for (const [i, picture] of sources.entries())
      await writeAtomic(at('film', `${String(i).padStart(6, '0')}.png`), await encodePng(picture, 16));
    const { frames, workFolder } = await renderFilm(at('film'), {
      ...options,
      ...{ size: scene.width, threads: THREADS, runtime: 'onnx', precision: 'float32' },
      ...{ output: `${at('out')}/`, work: at('work'), overwrite: true },
    }).result;
    const painted = await Promise.all(frames.map(({ path }) => readPicture(path)));
    const records = [];
    for (const { frame } of frames) {
      const file = join(workFolder, 'energies', `${String(frame).padStart(6, '0')}.json`);
      const record = JSON.parse(await readFile(file, 'utf8'));
      const share = ({ width, height }) => (width * height) / (scene.width * scene.height);
      const coarser = (record.coarser ?? []).reduce(
        (sum, one) => sum + one.iterations.length * share(one),
        0,
      );
      records.push({ ...record, evaluations: record.evaluations + coarser });
    }
    return summary(name, scene, painted, records);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
