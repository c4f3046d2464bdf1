import { createHash } from 'node:crypto';
import { assertFreeOutput, outputKind } from '../../frames/output.js';
import type { MediaInfo } from '../../frames/probe.js';
import { estimatorName, tryFlowModel } from '../learned_flow.js';
import { sizeOf } from '../networks/download.js';
import type { FilmOptions } from '../options/options.js';
import { checkedPath, resolveSettings } from '../options/settings.js';
import { describeFit, memoryOfLane, solverLimit } from '../paint/memory_limit.js';
import { energyForm } from '../paint/minimising.js';
import {
  bytesPerFrame,
  type FilmOutline,
  freeSpace,
  manifestOf,
  mayOverwrite,
  outlineFilm,
  runtimeOfFilm,
  threadsOfLane,
} from '../plan.js';
import { fileHash } from '../work/file_hash.js';
import type { Manifest } from '../work/manifest.js';
import { measureFilm } from './forecast_measure.js';
import { forecastMemory } from './forecast_memory.js';
import { type FoundNetwork, lookForNetwork } from './forecast_network.js';
import type { FilmForecast } from './forecast_report.js';
import { forecastShots } from './forecast_shots.js';
import { forecastTime } from './forecast_time.js';
import { countWork, type FilmWork } from './forecast_work.js';
import { lookAtMachine } from './machine.js';
import { previewWork } from './work_preview.js';

/** How a film is looked at beforehand. */
export interface ForecastOptions {
  /** Seconds that the process took until it could begin: 0 (the default) where it is running anyway. */
  readonly startUp?: number;
  /** Aborting stops the measuring. */
  readonly signal?: AbortSignal;
}

/** Bytes per pixel of a painted film at crf 16: measured on the demo, good to a factor of two. */
const FILM_BYTES = 0.15;

/**
 * Tells what `renderFilm` would do with the same arguments: frames, disk, memory and time, from a few seconds of
 * measuring with its own parts. Fetches nothing, and writes nothing but the outcome of a trial of runtimes in the cache.
 *
 * @param input The film's file.
 * @param options Those of `renderFilm`.
 * @param run When the process began, and what stops the measuring.
 * @throws NstError where the job of `renderFilm` would fail before it begins to paint, with the same error.
 */
export async function forecastFilm(
  input: string,
  options: FilmOptions,
  { startUp = 0, signal = new AbortController().signal }: ForecastOptions = {},
): Promise<FilmForecast> {
  const began = performance.now();
  const settings = resolveSettings('plan', options);
  const film = await outlineFilm(checkedPath(input, 'film'), settings);
  await assertFreeOutput(film.output, { overwrite: mayOverwrite(film) });
  const form = energyForm(settings);
  const reading = (performance.now() - began) / 1000;
  const network = await lookForNetwork(settings.network, settings.offline, form);
  const wanted = (stored: Manifest) => wantedManifest(film, network, stored);
  const preview = await previewWork(film.workFolder, wanted, settings);
  const found = await forecastShots(film, preview.keepsSources, signal);
  const work = countWork(film, preview, found.shots);
  const machine = lookAtMachine();
  const threads = preview.stored?.runtime.threads ?? settings.threads ?? threadsOfLane(settings);
  const lanes = Math.max(1, Math.min(settings.parallel, work.shotsToPaint));
  const { width, height } = film;

  // A network that is not here is stood in for by the one that ships.
  const stand = network.state === 'here' ? network : await lookForNetwork('lite', true, form);
  const { cost, layers, ...told } = network;
  const flows = work.flowPairs > 0;
  const trial = flows ? await tryFlowModel(settings, film, threads, signal) : [];
  const runtime = await runtimeOfFilm(film, stand.path, work.evaluations === 0);
  const measured = await measureFilm(
    { ...film, settings: { ...film.settings, ...runtime } },
    {
      networkPath: stand.path,
      threads,
      flop: stand.cost.flop,
      paints: work.evaluations > 0,
      flows,
      signal,
    },
  );
  const dearer = cost.flop / stand.cost.flop;
  const { grams, open, iteration } = measured;
  const scaled = {
    ...measured,
    grams: grams * dearer,
    open: open * dearer,
    iteration: iteration * dearer,
  };
  const begin = startUp + reading + (await hashSeconds(film.media)) + measured.encode.start;
  const seconds = forecastTime(work, scaled, {
    cores: machine.cores,
    begin,
    atOnce: Math.max(1, Math.min(lanes, machine.cores / threads)),
  });
  const bytes = preview.stored ? preview.stored.runtime.memory : memoryOfLane(settings);
  const beside = { width, height, threads };
  const { memory, fit } = forecastMemory(layers, form, film, {
    history: settings.optimizer === 'lbfgs' ? settings.lbfgsHistory : 0,
    limit: bytes === undefined ? undefined : solverLimit(settings, form, bytes, beside),
    flow: settings.flow,
    flowMemory: measured.flowMemory,
    threads,
    lanes,
    // What oneDNN computes float32 by, which every job ends in.
    winograd: runtime.runtime === 'onednn',
  });
  const pictures = (await outputKind(film.output)) === 'pictures';
  return {
    schema: 1,
    input,
    output: film.output,
    workFolder: film.workFolder,
    width,
    height,
    frames: {
      total: work.frames,
      finished: work.finished,
      toPaint: work.frames - work.finished,
      first: work.first,
      next: work.next,
    },
    shots: work.shots,
    network: told,
    preset: settings.preset,
    passes: settings.passes,
    optimizer: settings.optimizer,
    iterations: {
      first: work.fresh.reduce((sum, { iterations }) => sum + iterations, 0),
      next: work.iterations,
    },
    evaluations: work.evaluations,
    flow: { estimator: estimatorName(settings), pairs: work.flowPairs },
    threads,
    disk: {
      work: (work.frames - work.finished) * bytesPerFrame(film),
      output: Math.round(work.frames * width * height * (pictures ? 6 : FILM_BYTES)),
      free: freeSpace(film.workFolder),
    },
    memory: { ...memory, available: machine.memory.available },
    seconds,
    measured: {
      network: stand.name,
      width: measured.width,
      height: measured.height,
      evaluation: scaled.iteration,
      flowPair: measured.flow.alone,
    },
    notes: [
      ...(found.note ? [found.note] : []),
      ...trial,
      ...[fit && describeFit(fit, settings)].filter((note) => note !== undefined),
      ...notesOf(film, work, network, memory.peak, machine.memory.available),
    ],
  };
}

/** The manifest of the job; a network that is not here is taken for the stored one of the same name. */
async function wantedManifest(film: FilmOutline, network: FoundNetwork, stored: Manifest): Promise<Manifest> {
  const here = network.state === 'here';
  const checksum = here ? await fileHash(network.path) : (stored.picture['--network']?.identity ?? '');
  return manifestOf(film, checksum);
}

const SAMPLE = 16 * 2 ** 20;

/** Seconds that the checksum of a film, or of its pictures, takes, from that of a sample. */
async function hashSeconds({ path, pictures }: MediaInfo): Promise<number> {
  const sizes = await Promise.all((pictures?.files ?? [path]).map(sizeOf));
  const bytes = sizes.reduce((a, b) => a + b);
  const sample = Buffer.alloc(SAMPLE);
  const began = performance.now();
  createHash('sha256').update(sample).digest();
  return (((performance.now() - began) / 1000) * bytes) / SAMPLE;
}

function notesOf(
  film: FilmOutline,
  work: FilmWork,
  network: FoundNetwork,
  peak: number,
  available: number,
): string[] {
  const notes = [...film.notes];
  for (const frame of work.freshStarts)
    notes.push(`frame ${frame} has no stored frame before it: it starts like a first frame`);
  if (network.state === 'to fetch')
    notes.push(
      `${network.name} is not here: it would be fetched first (${Math.round(network.bytes / 1e6)} MB, time not counted); ` +
        'the times are worked out from lite and rough',
    );
  if (peak > available)
    notes.push('that is more memory than is free: a smaller --size or --network lite needs less');
  return notes;
}
