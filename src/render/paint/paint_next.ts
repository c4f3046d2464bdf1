import type { Picture } from '../../picture.js';
import { towardsFresh } from '../../temporal/fresh_look.js';
import { colourDetail } from '../../temporal/hold_detail.js';
import { carriedContrast, type Held, holdLook } from '../../temporal/hold_look.js';
import { carryPainting, lightChange } from '../../temporal/light_change.js';
import { startPicture } from '../../temporal/start.js';
import { warpNearest, warpPicture } from '../../temporal/warp.js';
import { certaintyOfPaint, keepSource, newnessOfPaint } from '../masks/masked_frame.js';
import type { Settings } from '../options/setting_types.js';
import type { Link } from './chain.js';
import type { FreshResult } from './coarse_to_fine.js';
import { ground, groundHasColours, groundsOf } from './ground.js';
import type { Turn } from './in_turn.js';
import { countedOn, type FrameRequest, solveRequest } from './minimising.js';
import { type Carry, holdOf, neighboursOf } from './neighbours.js';
import { bareGround, type NewGround, newGround } from './new_regions.js';
import type { PaintContext, Painted } from './paint_frame.js';
import { sameShares, setStyles, type WeightedStyle } from './style_pictures.js';
import { heldStill, type Like, likeOf, settledResult } from './unchanged_frame.js';

/**
 * Whether the tone and contrast of following frames are held to the one before after the minimisation, which costs one
 * more evaluation. Without a temporal term nothing is to hold a frame to the one before.
 */
export function holdsLook({ initNext, temporalWeight, iterations }: Settings): boolean {
  return initNext === 'blended' && temporalWeight > 0 && iterations.next > 0;
}

/** A frame as it is before anything is painted. */
type BareFrame = Pick<FrameRequest, 'content' | 'masks' | 'at'>;

/** What a frame starts from and is held to. */
interface Setting {
  readonly picture: Picture;
  readonly previous: FrameRequest['previous'];
  readonly ground: NewGround;
  /** Measured when it is asked for. */
  readonly look?: () => Held;
}

/** Paints a frame that goes on from the one before. */
export async function paintNext(
  link: Link,
  frame: BareFrame,
  styles: readonly WeightedStyle[],
  context: PaintContext,
  turn: Turn,
): Promise<Painted> {
  const like = await likeOf(link.frame, frame.content, context);
  context.standing.begin(link.frame, like?.like);
  if (like) return paintAgain(link.frame, like, frame, styles, context, turn);
  return paintOn(frame, await settingOf(link, frame, styles, context, turn), styles, context, turn);
}

/** A frame that shows what the one before shows: its painting is kept, or painted on where it is. */
async function paintAgain(
  number: number,
  { like, content }: Like,
  frame: BareFrame,
  styles: readonly WeightedStyle[],
  context: PaintContext,
  turn: Turn,
): Promise<Painted> {
  const { settings, folder, paintings, standing } = context;
  await turn.come;
  const picture = await paintings.read(folder.stylised(number - 1));
  const settled = settledResult(picture, await standing.outcomeOf(number - 1), settings);
  if (settled) return { picture, start: 'unchanged', like, solved: Promise.resolve(settled) };
  const { certainty, look } = heldStill(picture);
  const previous = { warped: picture, certainty };
  const setting = { picture, previous, ground: bareGround(settings), look: () => look };
  return { ...(await paintOn({ ...frame, content }, setting, styles, context, turn)), like };
}

async function paintOn(
  frame: BareFrame,
  { picture: start, previous, ground, look }: Setting,
  styles: readonly WeightedStyle[],
  context: PaintContext,
  turn: Turn,
): Promise<Painted> {
  const { settings, solver } = context;
  const { counted, coarser } = ground;
  const request = { ...frame, start, previous, iterations: settings.iterations.next, counted };
  const task = solveRequest(request, settings, context);
  await setStyles(solver, styles);
  const solving = solver.solve(task);
  const held = look && holdsLook(settings) ? look() : undefined;
  turn.underWay();
  const solved = await solving;
  const recorded: FreshResult = { ...solved, energies: countedOn(solved.energies, counted.before), coarser };
  if (!held) return { picture: solved.picture, start: 'warped', solved: Promise.resolve(recorded) };
  const picture = keepSource(holdLook(solved.picture, held), solved.picture, frame.masks);
  // Holding changed the picture, so the energy that the minimisation reached is not its own. The next frame is begun
  // meanwhile: it waits for the picture alone.
  const { guides, warped, certainty, temporalConstant, weights } = task;
  const targets = { content: frame.content, guides, warped, certainty, temporalConstant, weights };
  const evaluations = solved.evaluations + 1;
  const own = solver.evaluate({ ...targets, image: picture });
  return {
    picture,
    start: 'warped',
    solved: own.then(({ energy, terms }) => ({ ...recorded, picture, energy, terms, evaluations })),
  };
}

async function settingOf(
  link: Link,
  frame: BareFrame,
  styles: readonly WeightedStyle[],
  context: PaintContext,
  turn: Turn,
): Promise<Setting> {
  const { settings, stylesOf, folder, sources, paintings, standing } = context;
  const { content, masks } = frame;
  const { longTerm } = settings;
  const neighbours = neighboursOf(link, longTerm, (i) => paintings.has(folder.stylised(i)));
  if (settings.initNext === 'warped' || settings.initNext === 'previous') {
    const warp: Carry = async ({ flow, certainty }) => ({
      carried: (painted) => warpPicture(painted, flow).picture,
      certainty,
    });
    const hold = await holdOf(link.frame, neighbours, longTerm, context, warp, turn);
    return { picture: hold[settings.initNext], previous: hold.held, ground: bareGround(settings) };
  }
  const now = ground(content, styles, settings, masks);
  const carry: Carry = async ({ flow, certainty }, other) => {
    const earlier = {
      picture: await sources.get(await standing.shapesOf(other)),
      styles: stylesOf(other),
      masks: await context.masks?.get(other),
    };
    const grounds = groundsOf(earlier, { picture: content, styles, masks }, now, settings);
    const change = lightChange(flow, certainty, ...grounds);
    return {
      carried: (painted) => carryPainting(painted, flow, change),
      certainty: change.certainty,
    };
  };
  const settled = { read: settling(link, styles, context) };
  const hold = await holdOf(
    link.frame,
    neighbours,
    longTerm,
    { ...context, paintings: settled },
    carry,
    turn,
  );
  const { warped, certainty } = hold.start;
  const begun = await newGround(frame, certainty, { ...context, styles }, settings);
  const picture = startPicture(warped, certainty, now, {
    strokes: begun.strokes,
    fading: groundHasColours(settings),
  });
  const look = (): Held => {
    const certain = certaintyOfPaint(hold.motion.certainty, masks);
    const newness = newnessOfPaint(hold.motion.certainty, masks);
    const tones = { warped: hold.warped, certainty: certain, begun: { picture, newness } };
    // Other paintings may have stronger strokes, or weaker ones.
    if (!sameShares(stylesOf(link.frame - 1), styles)) return tones;
    const nearest = warpNearest(hold.previous, hold.motion.flow);
    const [contrast, detail] = [carriedContrast(nearest, certain), colourDetail(nearest, certain)];
    return { ...tones, contrast, detail };
  };
  return { picture, previous: hold.held, ground: begun, look };
}

/**
 * Reads paintings as they are gone on from: nearer to the look of a frame painted afresh. Just as they are where that look
 * is not known: with masks, where the source is a part of it, with other shares of the paintings, and where first frames do
 * not begin in the painting's colours.
 */
function settling(
  link: Link,
  styles: readonly WeightedStyle[],
  { settings, stylesOf, paintings, freshLooks, masks }: PaintContext,
): (path: string) => Promise<Picture> {
  const read = (path: string) => paintings.read(path);
  if (masks || !groundHasColours(settings)) return read;
  return async (path) => {
    const painted = await read(path);
    const { frame, look } = await freshLooks.of(link);
    return sameShares(stylesOf(frame), styles) ? towardsFresh(painted, look) : painted;
  };
}
