import { availableParallelism } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import { createRuntime } from '../../engine/index.js';
import { assertWritableStill, writeStill } from '../../frames/still_file.js';
import { loadNetwork } from '../../nst/network.js';
import { type Job, type JobContext, type JobOptions, startJob } from '../job.js';
import { networkPath } from '../networks/network_path.js';
import type { LookKind } from '../options/inside_settings.js';
import type { InsideOptions } from '../options/options.js';
import type { Settings } from '../options/setting_types.js';
import { checkedPath, resolveSettings } from '../options/settings.js';
import { chooseRuntime } from '../runtime/choose_runtime.js';
import { type Inside, type Seen, wantedNeurons } from './inside.js';
import { LayerSessions } from './layer_sessions.js';
import { openPictures, readFitted } from './picture_source.js';
import type { Sheet } from './sheet.js';
import { showActivations } from './show_activations.js';
import { showAscent } from './show_ascent.js';
import { showFilters } from './show_filters.js';
import { showPatches } from './show_patches.js';
import { showRaising } from './show_raising.js';

/** What comes of looking inside a network. */
export interface InsideResult {
  /** The sheet that was written. */
  readonly output: string;
  /** Its width, px. */
  readonly width: number;
  /** Its height, px. */
  readonly height: number;
  /** What the pictures on it show, in their order. */
  readonly seen: readonly Seen[];
  /** Wall time, s. */
  readonly seconds: number;
}

const CELLS: Readonly<Partial<Record<LookKind, number>>> = { filters: 48, patches: 72 };
const CELL = 128;

/**
 * Shows what is inside a network on a sheet with labels: the channels are the network's own, before the heads of one that
 * imitates a larger one.
 *
 * Throws nothing itself: the job fails, with an `NstError` of one of the kinds of `EXIT_CODES`.
 *
 * @param kind What to show, a key of `LOOK_KINDS`.
 * @param input A picture; for `patches` also a film or a folder of pictures; undefined for `filters` and `ascend`, which
 *   take none.
 * @param options By the names of the command line's options, without dashes.
 * @param jobOptions What stops the job; nothing is kept of one that was stopped.
 */
export function lookInside(
  kind: LookKind,
  input: string | undefined,
  options: InsideOptions = {},
  jobOptions: JobOptions = {},
): Job<InsideResult> {
  return startJob((context) => look(kind, input, resolveSettings(kind, options), context), jobOptions);
}

async function look(
  kind: LookKind,
  input: string | undefined,
  settings: Settings,
  context: JobContext,
): Promise<InsideResult> {
  const { emit, signal } = context;
  const began = performance.now();
  const path = kind === 'filters' || kind === 'ascend' ? undefined : checkedPath(input, 'picture');
  const output = settings.output ?? sheetName(kind, path, settings);
  await assertWritableStill(output, { overwrite: settings.overwrite });
  const file = await networkPath(settings.network, { offline: settings.offline, emit, signal });
  const network = await loadNetwork(file);
  const { picture, seen } = await show(kind, path, settings, { network, context });
  await writeStill(output, picture);
  const seconds = (performance.now() - began) / 1000;
  emit({ type: 'done', output, frames: 1, seconds });
  return { output, width: picture.width, height: picture.height, seen, seconds };
}

/** `photo.guided.png` beside the picture; `lite.filters.png` where there is none. */
function sheetName(kind: LookKind, path: string | undefined, { network }: Settings): string {
  if (path === undefined) return `${basename(network, extname(network))}.${kind}.png`;
  const plain = path.replace(/[\\/]+$/, '');
  return join(dirname(plain), `${basename(plain, extname(plain))}.${kind}.png`);
}

async function show(
  kind: LookKind,
  path: string | undefined,
  settings: Settings,
  inside: Inside,
): Promise<Sheet> {
  const cell = settings.cell ?? CELLS[kind] ?? CELL;
  if (kind === 'filters') return showFilters(inside.network, cell);
  const wanted = wantedNeurons(inside.network, settings);
  const { count, at, size: longSide } = settings;
  const { threads = availableParallelism() } = settings;
  const asked = { runtime: settings.runtime, precision: 'float32', device: settings.device } as const;
  const chosen = await chooseRuntime(asked, inside.network.path, threads);
  const runtime = createRuntime(chosen.runtime, { threads, device: chosen.device });
  const sessions = new LayerSessions(inside.network, runtime, settings.pooling);
  try {
    if (kind === 'ascend')
      return await showAscent(wanted, sessions, { ...settings, ...inside, width: cell, height: cell });
    const input = path as string;
    if (kind === 'patches') {
      const { every, best } = settings;
      const source = await openPictures(input, { longSide, every, signal: inside.context.signal });
      return await showPatches(source, wanted, sessions, { ...inside, cell, count, best });
    }
    const picture = await readFitted(input, longSide);
    if (kind === 'activations')
      return await showActivations(picture, wanted, sessions, { ...inside, cell, count });
    const guided = kind === 'guided';
    return await showRaising(picture, wanted, sessions, { ...inside, cell, count, at, guided });
  } finally {
    await sessions.dispose();
  }
}
