import { luma } from '../../picture.js';
import { type Light, lightOf } from '../../temporal/light.js';
import { blend, type Neighbour, neighboursOf, type Piece, passOrder } from '../../temporal/passes.js';
import { warpPicture } from '../../temporal/warp.js';
import type { Direction } from '../work/flow_folder.js';
import { FLOW_LOOKAHEAD } from '../work/flow_store.js';
import { type FrameResult, outcomeOf } from '../work/frame_result.js';
import { PassFiles } from '../work/pass_files.js';
import { type FreshResult, paintFresh } from './coarse_to_fine.js';
import { type OnItsWay, paintInTurn, type Turn } from './in_turn.js';
import { solveRequest } from './minimising.js';
import type { PaintContext } from './paint_frame.js';
import { setStyles } from './style_pictures.js';

/** Frames that are painted in passes, and where they stand in the job. */
export interface PlacedPiece extends Piece {
  /** 1-based place of the first frame in the job. */
  readonly place: number;
}

/**
 * What of a job goes through its passes together: frames that follow each other within a shot.
 * @param links in order of frames, each with its place in the job.
 */
export function passPieces(
  links: readonly { readonly frame: number; readonly shot?: unknown; readonly place: number }[],
  loop: boolean,
): PlacedPiece[] {
  const pieces: { first: number; last: number; loop: boolean; place: number; shot: unknown }[] = [];
  for (const { frame, shot, place } of links) {
    const open = pieces.at(-1);
    if (open && open.last === frame - 1 && open.shot === shot) open.last = frame;
    else pieces.push({ first: frame, last: frame, loop, place, shot });
  }
  return pieces;
}

/** A painting to be made: a frame in a pass. */
interface Step {
  readonly pass: number;
  readonly frame: number;
}

/** A painting to be made, and the one that is made before it. */
interface StepAfter extends Step {
  readonly before: Step | undefined;
}

/**
 * Paints what is missing of a piece, pass after pass (Ruder et al. 2016, section 4.4). The first pass paints every
 * frame by itself, as a first frame is painted. Every later one begins with the blend of the frame's own painting and
 * its neighbours', carried along by the flow; from `temporalAfter` on the temporal term holds it to the neighbour
 * painted just before. Whatever a frame is made of was stored before and is read back.
 *
 * @param frames of the whole job.
 * @returns the frames of the last pass that were painted now, by number.
 */
export async function paintPasses(
  piece: PlacedPiece,
  frames: number,
  context: PaintContext,
): Promise<ReadonlyMap<number, FrameResult>> {
  const { settings, folder, flows, signal, keepPasses } = context;
  const files = new PassFiles(folder, settings.passes);
  await files.createFolders();
  if (!keepPasses) await files.releaseAll(piece);
  const steps = stepsOf(piece, files, settings.passes).map((step, k, all) => ({
    ...step,
    k,
    before: all[k - 1],
  }));
  const paint = async (step: StepAfter & { readonly k: number }, turn: Turn) => {
    for (const next of steps.slice(step.k, step.k + 1 + FLOW_LOOKAHEAD))
      for (const { from, to } of motionsOf(piece, next, context)) flows.prefetch(from, to);
    return paintStep(piece, step, frames, files, context, turn);
  };
  const results = await paintInTurn(steps, paint, signal);
  return new Map(results.filter(({ pass }) => pass === settings.passes).map((one) => [one.frame, one]));
}

/** All that is left to paint, in order. */
function stepsOf(piece: Piece, files: PassFiles, passes: number): Step[] {
  const { pass, todo } = files.standing(piece);
  const steps = todo.map((frame) => ({ pass, frame }));
  for (let later = pass + 1; later <= passes; later++)
    steps.push(...passOrder(piece, later).map((frame) => ({ pass: later, frame })));
  return steps;
}

/** What of a frame's neighbours its settings ask for, and what each counts in the blend. */
function askedOf(piece: Piece, { pass, frame }: Step, { settings }: Pick<PaintContext, 'settings'>) {
  const { blendWeight, blendWeightOther, temporalAfter, temporalWeight } = settings;
  if (pass === 1) return { held: false };
  const { incoming, other } = neighboursOf(piece, pass, frame);
  const held = pass >= temporalAfter && temporalWeight > 0;
  return {
    incoming: blendWeight > 0 || held ? incoming : undefined,
    other: blendWeightOther > 0 ? other : undefined,
    held,
  };
}

function motionsOf(piece: Piece, step: Step, context: Pick<PaintContext, 'settings'>): Direction[] {
  const { incoming, other } = askedOf(piece, step, context);
  return [incoming, other]
    .filter((neighbour) => neighbour !== undefined)
    .map(({ frame }) => ({ from: step.frame, to: frame }));
}

/** The motions that painting a piece needs, whatever of it is stored. */
export function motionsOfPiece(piece: Piece, settings: PaintContext['settings']): Direction[] {
  const both = [2, 3].filter((pass) => pass <= settings.passes);
  const all = both.flatMap((pass) =>
    passOrder(piece, pass).flatMap((frame) => motionsOf(piece, { pass, frame }, { settings })),
  );
  const known = new Map(all.map((motion) => [`${motion.from} ${motion.to}`, motion]));
  return [...known.values()];
}

async function paintStep(
  piece: PlacedPiece,
  step: StepAfter,
  frames: number,
  files: PassFiles,
  context: PaintContext,
  turn: Turn,
): Promise<OnItsWay<FrameResult>> {
  let began = performance.now();
  const begin = () => {
    began = performance.now();
  };
  turn.come.then(begin, begin);
  const { pass, frame } = step;
  const { settings, paintings, keepPasses, emit } = context;
  const place = piece.place + frame - piece.first;
  const at = { frame, place, frames, pass, passes: settings.passes };
  const solved = await (pass === 1
    ? paintAlone(at, context, turn)
    : paintAgain(piece, { ...at, before: step.before }, files, context, turn));
  const start = pass === 1 ? 'first' : 'pass';
  const { light, energy, terms, stoppedBy, evaluations, energies, coarser } = solved;
  const record = {
    frame,
    pass,
    start,
    light,
    energy,
    terms,
    stoppedBy,
    evaluations,
    iterations: energies,
    coarser,
  };
  const path = files.picture(pass, frame);
  const seconds = (performance.now() - began) / 1000;
  const result: FrameResult = { frame, pass, start, ...outcomeOf(solved), seconds, path };
  const store = async () => {
    await paintings.store(path, solved.picture, () => files.writeEnergies(pass, frame, record));
    if (!keepPasses) await files.release(pass, frame);
    emit({ type: 'frame', ...result, ...at, start, seconds });
    return result;
  };
  return { stored: store() };
}

/** A painted frame with the light of its source. */
type LitResult = FreshResult & { readonly light: Light };

type At = Step & { readonly place: number; readonly frames: number; readonly passes: number };

/** The first pass: a frame by itself. */
async function paintAlone(at: At, context: PaintContext, turn: Turn): Promise<LitResult> {
  const { settings, solver, stylesOf, given, sources } = context;
  const iterations = { first: settings.passIterations, next: settings.passIterations };
  const content = await sources.get(at.frame);
  const styles = stylesOf(at.frame);
  const masks = await context.masks?.get(at.frame);
  await turn.come;
  turn.underWay();
  const light = lightOf(luma(content).data);
  const fresh = { solver, content, masks, styles, given, at };
  return { ...(await paintFresh(fresh, { ...settings, iterations }, context)), light };
}

/** A later pass: the frame as it was, blended with its neighbours, is painted on. */
async function paintAgain(
  piece: Piece,
  { before, ...at }: At & StepAfter,
  files: PassFiles,
  context: PaintContext,
  turn: Turn,
): Promise<LitResult> {
  const { settings, solver, sources, flows, paintings } = context;
  const { pass, frame } = at;
  const read = async (painting: Step) => {
    if (painting.frame === before?.frame && painting.pass === before.pass) await turn.come;
    return paintings.read(files.picture(painting.pass, painting.frame));
  };
  const carry = async (neighbour: Neighbour | undefined, weight: number) => {
    if (!neighbour) return [];
    const { flow, certainty } = await flows.get(frame, neighbour.frame);
    return [{ warped: warpPicture(await read(neighbour), flow).picture, certainty, weight }];
  };
  const content = await sources.get(frame);
  const masks = await context.masks?.get(frame);
  const asked = askedOf(piece, at, context);
  const others = await carry(asked.other, settings.blendWeightOther);
  const own = await read({ pass: pass - 1, frame });
  const [previous] = await carry(asked.incoming, settings.blendWeight);
  await turn.come;
  const start = blend(own, previous ? [previous, ...others] : others);
  const held = asked.held ? previous : undefined;
  const request = { content, masks, start, previous: held, iterations: settings.passIterations, at };
  await setStyles(solver, context.stylesOf(frame));
  const solving = solver.solve(solveRequest(request, settings, context));
  turn.underWay();
  return { ...(await solving), coarser: [], light: lightOf(luma(content).data) };
}
