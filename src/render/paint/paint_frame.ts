import type { FrameSolver } from '../../nst/solver.js';
import { luma, type Picture } from '../../picture.js';
import { type Light, lightOf } from '../../temporal/light.js';
import type { FrameStart } from '../events.js';
import type { JobContext } from '../job.js';
import type { FilmMasks } from '../masks/film_masks.js';
import type { Settings } from '../options/setting_types.js';
import type { FlowStore } from '../work/flow_store.js';
import { type FrameResult, outcomeOf, UNPAINTED } from '../work/frame_result.js';
import type { Paintings } from '../work/paintings.js';
import type { SourceFrames } from '../work/source_frames.js';
import type { WorkFolder } from '../work/work_folder.js';
import { freshStartOf, type Link } from './chain.js';
import { type FreshResult, paintFresh } from './coarse_to_fine.js';
import type { FreshLooks } from './fresh_looks.js';
import type { OnItsWay, Turn } from './in_turn.js';
import type { FrameRequest } from './minimising.js';
import { paintNext } from './paint_next.js';
import type { WeightedStyle } from './style_pictures.js';
import type { Standing } from './unchanged_frame.js';

export interface PaintContext extends JobContext {
  readonly settings: Settings;
  readonly folder: WorkFolder;
  /** Frames of the film as they are painted on. */
  readonly sources: Pick<SourceFrames, 'get'>;
  readonly flows: FlowStore;
  readonly paintings: Paintings;
  readonly standing: Standing;
  readonly freshLooks: FreshLooks;
  /** The paintings as they count for a frame, at the size they have beside it. */
  readonly stylesOf: (frame: number) => readonly WeightedStyle[];
  /** Where frames are painted; all of them unless given. */
  readonly masks?: FilmMasks;
  /** The picture of `--init FILE`. */
  readonly given?: Picture;
  readonly solver: FrameSolver;
  /** Whether the frames of all passes stay in the work folder. */
  readonly keepPasses: boolean;
}

/** A painted frame. */
export interface Painted {
  readonly picture: Picture;
  readonly start: FrameStart;
  /** The earlier frame of the film that it shows again. */
  readonly like?: number;
  /** How light its source frame is. */
  readonly light?: Light;
  /** What the minimisation came to, and the energy of `picture`, which may be yet to come; undefined: unpainted. */
  readonly solved: Promise<FreshResult> | undefined;
}

/**
 * Paints one frame and has it stored: flow and certainty from the frame before, the start picture, the
 * minimisation, the energies, and last the picture itself, which marks the frame as finished.
 *
 * @param at With the 1-based place of the frame in a job of `frames` frames.
 */
export async function paintFrame(
  link: Link,
  at: FrameRequest['at'],
  context: PaintContext,
  turn: Turn,
): Promise<OnItsWay<FrameResult>> {
  const { folder, paintings, emit } = context;
  const { frame } = link;
  const path = folder.stylised(frame);
  let began = performance.now();
  // What is made ready before is made while another frame is painted, whose time it is.
  const begin = () => {
    began = performance.now();
  };
  turn.come.then(begin, begin);
  const painted = await paint(link, at, context, turn);
  const { picture, start, solved } = painted;
  context.standing.painted(frame, painted);
  const seconds = (performance.now() - began) / 1000;
  // Whatever fails first is told; nobody may be there to hear of what fails after it.
  solved?.catch(() => {});
  const store = async (): Promise<FrameResult> => {
    await paintings.store(path, picture, async () => {
      await folder.writeEnergies(frame, recordOf(frame, painted, await solved));
    });
    const result = await solved;
    const outcome = result ? outcomeOf(result) : UNPAINTED;
    const told = { frame, start, ...outcome, seconds, path };
    emit({ type: 'frame', ...at, ...told });
    return told;
  };
  return { stored: store() };
}

async function paint(
  link: Link,
  at: FrameRequest['at'],
  context: PaintContext,
  turn: Turn,
): Promise<Painted> {
  const { settings, solver, given } = context;
  const content = await context.sources.get(link.frame);
  // Asked before flow is, which unpainted frames do not need.
  if ((link.first ? settings.iterations.first : settings.iterations.next) === 0) {
    await turn.come;
    return { picture: content, start: 'unpainted', solved: undefined };
  }
  const styles = context.stylesOf(link.frame);
  const masks = await context.masks?.get(link.frame);
  const light = lightOf(luma(content).data);
  if (!link.first)
    return { ...(await paintNext(link, { content, masks, at }, styles, context, turn)), light };
  context.standing.begin(link.frame);
  context.freshLooks.begin(link.frame);
  await turn.come;
  turn.underWay();
  const solved = await paintFresh({ solver, content, masks, styles, given, at }, settings, context);
  return { picture: solved.picture, start: freshStartOf(link), light, solved: Promise.resolve(solved) };
}

function recordOf(frame: number, { start, like, light }: Painted, solved: FreshResult | undefined) {
  if (!solved) return { frame, start, terms: {}, iterations: [] };
  const { energy, terms, stoppedBy, evaluations, energies, coarser } = solved;
  return { frame, start, like, light, energy, terms, stoppedBy, evaluations, iterations: energies, coarser };
}
