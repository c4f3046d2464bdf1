import { FlowWorkers } from '../flow/flow_workers.js';
import { frameNumbers } from '../frames/ranges.js';
import { frameStart } from '../frames/timing.js';
import { shotsWithin } from '../temporal/shots.js';
import { lookBeyond } from './colour/light_beyond.js';
import { encodeFrames } from './encode_work.js';
import type { Emit } from './events.js';
import { FilmDamage } from './film_damage.js';
import { type Job, type JobContext, type JobOptions, startJob } from './job.js';
import { estimatorOf } from './learned_flow.js';
import { carryMotions, FilmMasks } from './masks/film_masks.js';
import { readMaskedStyles } from './masks/masked_styles.js';
import type { FilmOptions } from './options/options.js';
import type { Settings } from './options/setting_types.js';
import { checkedPath, resolveSettings } from './options/settings.js';
import { chainOf, type Link, piecesOf } from './paint/chain.js';
import { readStart } from './paint/ground.js';
import { describeFit, solverLimit } from './paint/memory_limit.js';
import { energyForm } from './paint/minimising.js';
import { framesOf, motionsOf } from './paint/neighbours.js';
import { motionsOfPiece, passPieces } from './paint/paint_passes.js';
import { paintShots } from './paint/paint_shots.js';
import { startSolver } from './paint/start_solver.js';
import { setStyles, stylesAt } from './paint/style_pictures.js';
import { sharesAt } from './paint/style_shares.js';
import { bytesPerFrame, type FilmPlan, freeSpace, planFilm } from './plan.js';
import { shotsOfJob } from './shots/stored_shots.js';
import { estimatedFlow, FlowStore } from './work/flow_store.js';
import { type FilmResult, type FrameResult, frameResults } from './work/frame_result.js';
import type { Manifest } from './work/manifest.js';
import { PassFiles } from './work/pass_files.js';
import { SourceFrames } from './work/source_frames.js';
import { writeMedia } from './work/stored_media.js';
import { openWorkFolder, type WorkFolder } from './work/work_folder.js';

/**
 * Paints a film: decode, flow, certainty, warp, minimise, encode. Everything is kept in the work folder;
 * frames found there are not painted again, so the same call goes on with a job that was stopped.
 *
 * Throws nothing itself: the job fails, with an `NstError` of one of the kinds of `EXIT_CODES`.
 *
 * @param input The film's file.
 * @param options By the names of the command line's options, without dashes; only `style` has no default.
 * @param jobOptions What stops the job.
 */
export function renderFilm(
  input: string,
  options: FilmOptions,
  jobOptions: JobOptions = {},
): Job<FilmResult> {
  return startJob(
    async (context) => paintFilm(checkedPath(input, 'film'), resolveSettings('film', options), context),
    jobOptions,
  );
}

async function paintFilm(
  input: string,
  settings: Settings,
  { emit, signal }: JobContext,
): Promise<FilmResult> {
  const began = performance.now();
  const note = (message: string) => emit({ type: 'note', message });
  const plan = await planFilm(input, settings, { emit, signal });
  for (const message of plan.notes) note(message);
  const { folder, manifest, release } = await openWorkFolder(plan.workFolder, plan.manifest, {
    signal,
    restart: settings.restart,
    fromFrame: settings.fromFrame,
    continuePass:
      settings.continuePass === undefined ? undefined : { pass: settings.continuePass, ranges: plan.ranges },
    note,
  });
  try {
    await writeMedia(folder.media, plan.media);
    const threads = manifest.runtime.threads;
    if (settings.threads !== undefined && settings.threads !== threads)
      note(`--threads ${settings.threads}: this work folder was begun with ${threads}, which is kept`);
    const damage = new FilmDamage(plan.media.video, note);
    // A loop is one shot.
    const shots = settings.loop
      ? shotsWithin(plan.ranges, [])
      : await shotsOfJob(folder.shots, plan.media, plan.ranges, {
          signal,
          given: plan.givenShots,
          onDamage: damage.hear,
          onFrame: (place, frames, found) => emit({ type: 'look', place, frames, found }),
        });
    await lookBeyond(folder.lightBeyond, plan.media, plan.ranges, plan, signal);
    damage.tell();
    const { links, freshStarts } = chainOf(plan.ranges, shots, (i) => folder.isFinished(i), {
      alone: settings.initNext === 'alone' || settings.passes > 1,
    });
    for (const frame of freshStarts)
      note(`frame ${frame} has no stored frame before it: it starts like a first frame`);
    announce(plan, links, folder, emit);
    const painted = await paintMissing(plan, links, folder, manifest, damage, emit, signal);
    damage.tell();
    await encodeFrames({
      folder,
      media: plan.media,
      size: { width: plan.width, height: plan.height },
      output: plan.output,
      ranges: plan.ranges,
      alpha: plan.alpha,
      parts: plan.parts,
      colours: plan.settings,
      emit,
      signal,
    });
    const seconds = (performance.now() - began) / 1000;
    const frames = links.map(({ frame }) => frame);
    const results = await frameResults(folder, frames, painted);
    emit({ type: 'done', output: plan.output, frames: frames.length, seconds });
    return { output: plan.output, workFolder: folder.path, frames: results, seconds };
  } finally {
    await release();
  }
}

/** Links with their places in the job, from 1. */
const placed = (links: readonly Link[]) => links.map((link, i) => ({ ...link, place: i + 1 }));

function announce(plan: FilmPlan, links: readonly Link[], folder: WorkFolder, emit: Emit): void {
  const { settings } = plan;
  const finished = links.filter((l) => folder.isFinished(l.frame)).length;
  const several = settings.passes > 1 ? new PassFiles(folder, settings.passes) : undefined;
  emit({
    type: 'plan',
    output: plan.output,
    workFolder: folder.path,
    width: plan.width,
    height: plan.height,
    frames: links.length,
    finished,
    shots: new Set(links.map(({ shot }) => shot)).size,
    passes: several && settings.passes,
    paintings:
      several &&
      passPieces(placed(links), settings.loop).reduce((sum, piece) => sum + several.left(piece), 0),
    diskNeed: (links.length - finished) * bytesPerFrame(plan),
    diskFree: freeSpace(folder.path),
  });
}

async function paintMissing(
  plan: FilmPlan,
  links: readonly Link[],
  folder: WorkFolder,
  { runtime: { threads, memory }, keepPasses = false }: Manifest,
  damage: FilmDamage,
  emit: Emit,
  signal: AbortSignal,
): Promise<ReadonlyMap<number, FrameResult>> {
  const todo = links.filter(({ frame }) => !folder.isFinished(frame));
  if (todo.length === 0) return new Map();
  const { settings } = plan;
  const inOrder = placed(links);
  const unfinished = piecesOf(inOrder).filter((piece) =>
    piece.some(({ frame }) => !folder.isFinished(frame)),
  );
  const lanes = Math.min(settings.parallel, unfinished.length);
  const pieces = passPieces(inOrder, settings.loop).filter(({ first, last }) =>
    todo.some(({ frame }) => frame >= first && frame <= last),
  );
  const several = settings.passes > 1;
  const motions = several
    ? pieces.flatMap((piece) => motionsOfPiece(piece, settings))
    : motionsOf(links, settings, (i) => folder.isFinished(i));
  const painted = several ? [...frameNumbers(pieces)] : todo.map(({ frame }) => frame);
  const carrying = carryMotions(plan.masks, links, (i) => folder.isFinished(i));
  const needed = framesOf(painted, several ? carrying : [...motions, ...carrying]);
  const note = (message: string) => emit({ type: 'note', message });
  const heard = { warn: note, onDamage: damage.hear };
  const sources = new SourceFrames(folder, plan.media, plan, needed, signal, heard);
  const workers = new FlowWorkers({ threads: Math.min(2, threads) * lanes });
  const { flowFolder, shares, media } = plan;
  const flows = new FlowStore(
    folder,
    flowFolder
      ? flowFolder.source(plan, workers)
      : estimatedFlow(sources, workers, estimatorOf(settings, threads), signal),
    settings.passes > 2,
    note,
  );
  const masks =
    plan.masks.length > 0
      ? await FilmMasks.open(plan.masks, {
          ...{ settings, folder, sources, flows, links, size: plan, signal, note },
          sharesOf: (frame) => sharesAt(shares, frameStart(media.video, frame)),
        })
      : undefined;
  try {
    // A range that goes on from stored frames needs flow that the plan could not know of.
    await flowFolder?.check([...motions, ...carrying], plan);
    // A repainting that was cut off may have left more to paint than met the eye of the plan.
    const styles =
      plan.styles.length > 0 ? plan.styles : await readMaskedStyles(settings, plan, note, plan.shares);
    const given = await readStart(settings, plan, note);
    const secondsOf = (frame: number) => frameStart(media.video, frame);
    const stylesOf = (frame: number) => stylesAt(styles, shares, secondsOf(frame));
    const { width, height } = plan;
    const limit =
      memory === undefined
        ? undefined
        : solverLimit(settings, energyForm(settings), memory, { width, height, threads });
    let told = false;
    const startLane = async () => {
      const solver = await startSolver(
        plan.networkPath,
        { ...settings, ...plan.runtime, threads },
        {},
        limit,
      );
      const fit = await solver.fit(plan).catch(async (error) => {
        await solver.close();
        throw error;
      });
      const how = fit && describeFit(fit, settings);
      if (how && !told) note(how);
      told = true;
      await setStyles(solver, styles).catch(async (error) => {
        await solver.close();
        throw error;
      });
      return solver;
    };
    const context = {
      ...{
        settings,
        folder,
        sources,
        flows,
        stylesOf,
        masks,
        given,
        startSolver: startLane,
        emit,
        signal,
        keepPasses,
      },
    };
    return await paintShots(unfinished, links.length, lanes, context);
  } finally {
    await Promise.all([sources.close(), masks?.close(), workers.close()]);
  }
}
