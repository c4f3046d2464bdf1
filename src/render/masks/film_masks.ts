import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readPlane, writePlane } from '../../frames/plane_file.js';
import type { Picture, Plane } from '../../picture.js';
import type { Shot } from '../../temporal/shots.js';
import { isThere } from '../../there.js';
import type { Settings } from '../options/setting_types.js';
import { distancesOf } from '../paint/neighbours.js';
import type { Direction } from '../work/flow_folder.js';
import type { FlowStore } from '../work/flow_store.js';
import { SourceFrames } from '../work/source_frames.js';
import type { WorkFolder } from '../work/work_folder.js';
import { CarriedMasks } from './carried_masks.js';
import { type MaskInput, maskIdentity, type RegionInput, shortName } from './mask_inputs.js';
import { feathered, inverted, lumaKey, maskOf, union } from './mask_plane.js';
import { type FrameMasks, goalsIn, guidesOf } from './mask_regions.js';

/** A job of which masks are wanted. */
export interface MaskJob {
  readonly note: (message: string) => void;
  readonly settings: Settings;
  readonly folder: WorkFolder;
  readonly sources: SourceFrames;
  readonly flows: Pick<FlowStore, 'get'>;
  /** The frames of the job, ascending, each with its shot. */
  readonly links: readonly { readonly frame: number; readonly shot: Shot }[];
  readonly size: { readonly width: number; readonly height: number };
  readonly signal: AbortSignal;
  /** What the paintings count at a frame, by their places. */
  readonly sharesOf: (frame: number) => readonly number[];
}

/** The name of stored coverages. */
const COVERAGE = 'coverage';

/** How much of a frame's pixels is paint; undefined where all of all is. */
export async function storedCoverage(folder: WorkFolder, frame: number): Promise<Plane | undefined> {
  const path = folder.mask(frame, COVERAGE);
  return isThere(path) ? readPlane(path) : undefined;
}

/** A mask, frame by frame; undefined where nothing is known of it. */
type MaskAt = (frame: number) => Promise<Plane | undefined>;

/** The masks of a film, frame by frame. */
export class FilmMasks {
  private constructor(
    private readonly regions: readonly (readonly MaskAt[])[],
    private readonly inputs: readonly RegionInput[],
    private readonly films: readonly SourceFrames[],
    private readonly job: MaskJob,
  ) {}

  static async open(inputs: readonly RegionInput[], job: MaskJob): Promise<FilmMasks> {
    await mkdir(dirname(job.folder.mask(0, '')), { recursive: true });
    const films: SourceFrames[] = [];
    const regions: MaskAt[][] = [];
    for (const { masks } of inputs) {
      const carried = masks.filter(({ keyFrame }) => keyFrame !== undefined);
      const others = masks.filter(({ keyFrame }) => keyFrame === undefined);
      const region: MaskAt[] = [];
      for (const mask of others) region.push(await maskAt(mask, job, films));
      if (carried.length > 0) region.push(await carriedMask(carried, job));
      regions.push(region);
    }
    return new FilmMasks(regions, inputs, films, job);
  }

  /** Where frame `frame` is painted, and like what. */
  async get(frame: number): Promise<FrameMasks> {
    const { settings, size, folder, sharesOf } = this.job;
    const masks = await Promise.all(
      this.regions.map(async (sources) => {
        if (sources.length === 0) return undefined;
        const known = (await Promise.all(sources.map((at) => at(frame)))).filter(
          (mask) => mask !== undefined,
        );
        if (known.length === 0) return { ...size, data: new Float32Array(size.width * size.height) };
        return feathered(union(known), settings.maskFeather);
      }),
    );
    const goals = goalsIn(this.inputs, sharesOf(frame), settings.styleBlend);
    const found = guidesOf(masks, goals);
    // For whoever changes the colours of what was painted.
    if (found.coverage) await writePlane(folder.mask(frame, COVERAGE), found.coverage);
    return found;
  }

  async close(): Promise<void> {
    await Promise.all(this.films.map((film) => film.close()));
  }
}

async function maskAt(mask: MaskInput, job: MaskJob, films: SourceFrames[]): Promise<MaskAt> {
  const { source, inverted: not, still, moving } = mask;
  const { folder, sources, links, size, signal } = job;
  const turn = (plane: Plane) => (not ? inverted(plane) : plane);
  if (still) return async () => still;
  if (source.kind === 'luma') return async (frame) => turn(lumaKey(await sources.get(frame), source.bounds));
  if (!moving)
    return async (frame) => {
      // Stored with the frame.
      await sources.get(frame);
      return turn(await readPlane(folder.alpha(frame)));
    };
  const name = shortName(await maskIdentity(mask));
  const store = {
    frame: (i: number) => folder.mask(i, name),
    alpha: (i: number) => folder.mask(i, `${name}.alpha`),
  };
  const film = new SourceFrames(
    store,
    moving,
    size,
    links.map(({ frame }) => frame),
    signal,
  );
  films.push(film);
  return async (frame) => turn(maskOf(await film.get(frame)));
}

async function carriedMask(keys: readonly MaskInput[], job: MaskJob): Promise<MaskAt> {
  const { folder, sources, flows, links, settings } = job;
  const identity = await Promise.all(keys.map(maskIdentity));
  const name = shortName(identity.join(' '));
  const given = new Map<number, Plane>();
  for (const { keyFrame = 0, still } of keys) {
    const known = given.get(keyFrame);
    if (still) given.set(keyFrame, known ? union([known, still]) : still);
  }
  const shots = new Map(links.map(({ frame, shot }) => [frame, shot]));
  for (const shot of new Set(shots.values()))
    if (![...given.keys()].some((key) => key >= shot.first && key <= shot.last) && shot.begin !== 'start')
      job.note(
        `frames ${shot.first}-${shot.last}: no mask ${keys[0].text} is given of this shot, so nothing is painted by it`,
      );
  const masks = new CarriedMasks(
    [...given].map(([frame, mask]) => ({ frame, mask })),
    {
      flows,
      sources: sources as { get(frame: number): Promise<Picture> },
      shotOf: (frame) => shots.get(frame)!,
      distances: settings.passes > 1 || settings.initNext === 'alone' ? [1] : distancesOf(settings.longTerm),
      files: (frame, way) => {
        const of = way === 'on' ? name : `${name}.back`;
        return { mask: folder.mask(frame, of), certainty: folder.mask(frame, `${of}.certainty`) };
      },
    },
  );
  return (frame) => masks.get(frame);
}

/** The motions by which masks are carried to frames of a job, and on to those that are painted. */
export function carryMotions(
  inputs: readonly RegionInput[],
  links: MaskJob['links'],
  isPainted: (frame: number) => boolean,
): Direction[] {
  const keys = inputs.flatMap(({ masks }) => masks.flatMap(({ keyFrame }) => keyFrame ?? []));
  if (keys.length === 0) return [];
  const motions: Direction[] = [];
  for (const { frame, shot } of links) {
    const goesOn = shot.begin === 'start' && shot.first > 0 && isPainted(shot.first - 1);
    const earlier = keys.some((key) => key >= shot.first && key < frame);
    if (earlier || goesOn) motions.push({ from: frame, to: frame - 1 });
    const later = keys.some((key) => key > frame && key <= shot.last);
    if (later) motions.push({ from: frame, to: frame + 1 });
  }
  return motions;
}
