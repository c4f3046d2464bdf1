import { availableParallelism } from 'node:os';
import { invalidArgument } from '../error.js';
import { paintWithin } from '../frames/alpha.js';
import { readPicture } from '../frames/picture_file.js';
import { resizePicture } from '../frames/resize.js';
import { assertWritableStill, stillHoldsAlpha, writeStill } from '../frames/still_file.js';
import { FrameSolver } from '../nst/solver.js';
import type { Settings } from './defaults.js';
import { interrupted } from './interrupted.js';
import { freshStart, stopRule } from './minimising.js';
import { networkPath } from './network_path.js';
import { defaultStillName } from './output_name.js';
import type { RenderOptions } from './render_film.js';
import { readStyles } from './style_pictures.js';

/** Paints one photograph like the first frame of a film; any size, odd ones too. */
export async function renderStill(
  input: string,
  settings: Settings,
  { emit = () => undefined, signal = new AbortController().signal }: RenderOptions = {},
): Promise<void> {
  const began = performance.now();
  const note = (message: string) => emit({ type: 'note', message });
  if (settings.style.length === 0) throw invalidArgument('--style', 'a picture of a painting', 'none');
  const output = settings.output ?? defaultStillName(input, settings.style);
  await assertWritableStill(output, { overwrite: settings.overwrite });
  const picture = await readPicture(input, {
    label: 'photo',
    longSide: Math.max(settings.size, 4096),
    keepAlpha: true,
    note,
  });
  if (picture.alpha) {
    const kept = stillHoldsAlpha(output) ? 'keeps its alpha' : 'the output cannot hold its alpha';
    note(`The photo ${input} has alpha: it is painted over black and ${kept}.`);
  }
  const longSide = Math.max(picture.width, picture.height);
  const scale = settings.enlarge || settings.size < longSide ? settings.size / longSide : 1;
  const side = (length: number) => Math.max(1, Math.round(length * scale));
  const content = resizePicture(picture, side(picture.width), side(picture.height));
  const styles = await readStyles(settings.style, content, note);
  const network = await networkPath(settings.network, { offline: settings.offline, emit, signal });
  const threads = settings.threads ?? availableParallelism();
  const iterations = settings.iterations.first;
  let painted = content;
  if (iterations > 0) {
    const solver = await FrameSolver.start({ networkPath: network, threads, pooling: settings.pooling });
    try {
      await solver.setStyles(styles);
      const solved = await solver.solve({
        content,
        start: freshStart(content, styles, settings),
        weights: {
          content: settings.contentWeight,
          style: settings.styleWeight,
          temporal: 0,
          tv: settings.tvWeight,
        },
        optimizer: settings.optimizer,
        iterations,
        stop: stopRule(settings),
        signal,
        onIteration: ({ iteration, energy, terms }) =>
          emit({ type: 'iteration', frame: 0, place: 1, frames: 1, iteration, iterations, energy, terms }),
      });
      painted = solved.picture;
    } catch (error) {
      throw signal.aborted ? interrupted(error) : error;
    } finally {
      await solver.close();
    }
  }
  await writeStill(output, paintWithin(content, painted));
  emit({ type: 'done', output, frames: 1, seconds: (performance.now() - began) / 1000 });
}
