import { readPicture } from '../../frames/picture_file.js';
import { resizePicture } from '../../frames/resize.js';
import { assertWritableStill, writeStill } from '../../frames/still_file.js';
import { colourMap, mapColours } from '../../nst/colour_match.js';
import type { IterationRecord } from '../../nst/minimise.js';
import { noisePicture } from '../../nst/noise.js';
import type { Picture } from '../../picture.js';
import { type Job, type JobContext, type JobOptions, startJob } from '../job.js';
import { networkPath } from '../networks/network_path.js';
import { DEFAULTS } from '../options/defaults.js';
import type { TextureOptions } from '../options/options.js';
import type { Settings } from '../options/setting_types.js';
import { checkedPath, resolveSettings } from '../options/settings.js';
import { defaultTextureName } from '../output_name.js';
import { iterationsOf, MIN_SIDE, type Size } from '../paint/coarse_to_fine.js';
import { countedOn, solveRequest } from '../paint/minimising.js';
import { startSolver } from '../paint/start_solver.js';
import type { StillResult } from '../render_still.js';
import { type Outcome, outcomeOf, UNPAINTED } from '../work/frame_result.js';
import { resizeTile } from './resize_tile.js';
import { textureLadder, textureScale, textureSize } from './texture_size.js';

/**
 * Makes a texture of a painting: a picture of any size with the painting's features but none of its places (Gatys,
 * Ecker & Bethge 2015, "Texture synthesis using convolutional neural networks"), begun as noise in the painting's
 * colours, small first as first frames are.
 *
 * Throws nothing itself: the job fails, with an `NstError` of one of the kinds of `EXIT_CODES`.
 *
 * @param painting The painting's file.
 * @param options By the names of the command line's options, without dashes.
 * @param jobOptions What stops the job; nothing is kept of a texture that was stopped.
 */
export function renderTexture(
  painting: string,
  options: TextureOptions = {},
  jobOptions: JobOptions = {},
): Job<StillResult> {
  return startJob(async (context) => {
    const path = checkedPath(painting, 'painting');
    const { size = DEFAULTS.size, ...others } = options;
    const settings = resolveSettings('texture', others);
    return makeTexture(path, textureSize(size, settings.seamless), settings, context);
  }, jobOptions);
}

async function makeTexture(
  path: string,
  size: Size,
  settings: Settings,
  context: JobContext,
): Promise<StillResult> {
  const { emit, signal } = context;
  const began = performance.now();
  const output = settings.output ?? defaultTextureName(path);
  await assertWritableStill(output, settings);
  const note = (message: string) => emit({ type: 'note', message });
  const whole = await readPicture(path, { label: 'painting', note });
  const painting = scaled(whole, textureScale(whole, size));
  const network = await networkPath(settings.network, { offline: settings.offline, emit, signal });
  const { picture, outcome, evaluations } = await paintTexture(network, painting, size, settings, context);
  await writeStill(output, picture);
  const seconds = (performance.now() - began) / 1000;
  emit({ type: 'done', output, frames: 1, seconds });
  return { output, ...size, ...outcome, evaluations, seconds };
}

/** A painting seen smaller. */
function scaled(painting: Picture, scale: number): Picture {
  const side = (length: number) => Math.max(MIN_SIDE, Math.round(length * scale));
  return resizePicture(painting, side(painting.width), side(painting.height));
}

type Painted = Pick<StillResult, 'evaluations'> & { picture: Picture; outcome: Outcome };

async function paintTexture(
  network: string,
  painting: Picture,
  size: Size,
  settings: Settings,
  context: JobContext,
): Promise<Painted> {
  const { seamless, seed } = settings;
  const { first } = settings.iterations;
  const sizes = first > 0 ? textureLadder(size, settings.coarsest, seamless) : [size];
  const counts = iterationsOf(sizes.length, first);
  const total = counts.reduce((a, b) => a + b);
  const noise = noisePicture(sizes[0].width, sizes[0].height, seed);
  let picture = mapColours(noise, colourMap(noise, painting));
  let outcome = UNPAINTED;
  const evaluations: IterationRecord[] = [];
  if (first === 0) return { picture, outcome, evaluations };
  const border = seamless ? 'wrap' : 'zero';
  const solver = await startSolver(network, settings, { contentLayers: [], border });
  try {
    let before = 0;
    for (const [k, { width, height }] of sizes.entries()) {
      await solver.setStyles([{ picture: scaled(painting, width / size.width), weight: 1 }]);
      const start = (seamless ? resizeTile : resizePicture)(picture, width, height);
      const request = {
        // There is no content term: only the size of this picture counts.
        content: start,
        start,
        iterations: counts[k],
        at: { frame: 0, place: 1, frames: 1 },
        counted: { before, total },
      };
      const solved = await solver.solve(solveRequest(request, settings, context));
      const energies = countedOn(solved.energies, before);
      evaluations.push(...energies);
      outcome = outcomeOf({ ...solved, energies });
      picture = solved.picture;
      before += counts[k];
    }
    return { picture, outcome, evaluations };
  } finally {
    await solver.close();
  }
}
