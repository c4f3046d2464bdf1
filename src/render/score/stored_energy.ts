import { type EnergyWeights, termWeight } from '../../nst/energy_form.js';
import type { IterationRecord } from '../../nst/minimise.js';
import type { FrameStart } from '../events.js';
import { OPTIONS } from '../options/options.js';
import { resolveSettings } from '../options/settings.js';
import { energyWeights } from '../paint/minimising.js';
import { readEnergies } from '../work/energy_record.js';
import { type Manifest, readManifest } from '../work/manifest.js';
import type { WorkFolder } from '../work/work_folder.js';

/** How the energy of one frame fell while it was painted, as its work folder tells. */
export interface StoredEnergy {
  readonly frame: number;
  readonly start: FrameStart;
  /** At the frame's own size, from its start picture on; terms before their weights unless `weighted`. */
  readonly iterations: readonly IterationRecord[];
  /** Whether the terms add up to the energy. */
  readonly weighted: boolean;
}

/** Frames whose energies are shown. */
const SHOWN = 6;
/** The stored numbers are float32. */
const ROUNDING = 1e-3;

/** The records of some frames: the first of each shot while there is room, others evenly over the film. */
export async function storedEnergies(
  work: WorkFolder,
  frames: readonly number[],
  cuts: readonly number[],
): Promise<StoredEnergy[]> {
  const manifest = await readManifest(work.manifest);
  const weights = manifest && weightsOf(manifest);
  const found: StoredEnergy[] = [];
  for (const frame of chooseFrames(frames, cuts)) {
    const record = await readEnergies(work.energies(frame));
    if (!record?.start || record.iterations.length < 2) continue;
    const weighted = weights && record.iterations.map((r) => weigh(r, weights));
    // Frames from before a --from-frame were painted with weights that nobody wrote down.
    const sound = weighted?.every(addsUp) ?? false;
    found.push({
      frame,
      start: record.start,
      iterations: sound && weighted ? weighted : record.iterations,
      weighted: sound,
    });
  }
  return found;
}

/** @param cuts First frames of shots. */
export function chooseFrames(frames: readonly number[], cuts: readonly number[]): number[] {
  const fresh = frames.filter((frame, k) => k === 0 || cuts.includes(frame)).slice(0, SHOWN / 2);
  const others = frames.filter((frame) => !fresh.includes(frame));
  const room = Math.min(SHOWN - fresh.length, others.length);
  const even = Array.from({ length: room }, (_, k) =>
    room > 1 ? others[Math.round((k * (others.length - 1)) / (room - 1))] : others[0],
  );
  return [...fresh, ...even].sort((a, b) => a - b);
}

/** What the terms were weighted with; undefined where another version wrote it in another way. */
function weightsOf({ settings }: Manifest): EnergyWeights | undefined {
  const names = [
    'contentWeight',
    'styleWeight',
    'temporalWeight',
    'tvWeight',
    'contentLayers',
    'styleLayers',
    'dream',
    'dreamWeight',
    'styleLoss',
  ];
  // An option that was empty, or not there yet, has its default.
  const specs = OPTIONS.filter(({ name, flag }) => names.includes(name) && settings[flag]);
  try {
    return energyWeights(
      resolveSettings('film', Object.fromEntries(specs.map(({ name, flag }) => [name, settings[flag]]))),
    );
  } catch {
    return undefined;
  }
}

function weigh({ iteration, energy, terms }: IterationRecord, weights: EnergyWeights): IterationRecord {
  const weighted = Object.entries(terms).map(([name, value]) => [name, value * termWeight(weights, name)]);
  return { iteration, energy, terms: Object.fromEntries(weighted) };
}

function addsUp({ energy, terms }: IterationRecord): boolean {
  const sum = Object.values(terms).reduce((a, b) => a + b, 0);
  return Math.abs(sum - energy) <= ROUNDING * Math.abs(energy);
}
