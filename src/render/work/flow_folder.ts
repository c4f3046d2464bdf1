import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { NstError } from '../../error.js';
import { floSize, readFlo } from '../../flow/flo.js';
import { type FlowField, isKnown } from '../../flow/flow_field.js';
import { flowName, reliableName } from '../../flow/flow_names.js';
import type { FlowWorkers } from '../../flow/flow_workers.js';
import type { Motion } from '../../flow/motion.js';
import { resizeFlow, resizePlane } from '../../flow/resize_flow.js';
import { maskSize, readMask } from '../../frames/mask_file.js';
import type { Plane } from '../../picture.js';
import { interrupted } from '../interrupted.js';
import { fileHash } from './file_hash.js';
import type { FlowSource } from './flow_store.js';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Which motion: from a frame to another one, both counted from 0. */
export interface Direction {
  readonly from: number;
  readonly to: number;
}

/** The files that tell the motion from a frame to another. */
interface MotionFiles {
  readonly flow: string;
  /** One of the two: how certain the flow is, or the flow the other way that shows it. */
  readonly reliable?: string;
  readonly opposite?: string;
}

/** Painted frames are of even size: the flow's aspect may be off by that much, px. */
const ASPECT_TOLERANCE = 2;

/**
 * A folder of flow made elsewhere, in the naming of artistic-videos (flow/flow_names.ts): for each motion its flow,
 * and its certainty as a grey picture (`.pgm` or `.png`), or, where that is missing, the flow the other way to work
 * the certainty out from.
 */
export class FlowFolder {
  private constructor(
    readonly path: string,
    private readonly names: ReadonlySet<string>,
  ) {}

  /** @throws NstError input FLOW_DIR_UNREADABLE where there is no such folder. */
  static async open(path: string): Promise<FlowFolder> {
    try {
      return new FlowFolder(path, new Set(await readdir(path)));
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      const found = { ENOENT: 'nothing', ENOTDIR: 'a file' }[code ?? ''] ?? code;
      const message = `--flow-dir ${path}: expected a folder of .flo files, found ${found}`;
      throw new NstError('input', 'FLOW_DIR_UNREADABLE', message, { cause });
    }
  }

  /** Whether the flow of a motion is here, with what tells its certainty. */
  holds(motion: Direction): boolean {
    return this.files(motion) !== undefined;
  }

  /**
   * Makes sure that the flow of these motions is here and of the painted frames' shape.
   *
   * @returns Notes: where flow is resized, where certainty is worked out here.
   * @throws NstError input FLOW_FILES_MISSING naming the first file and how many; FLOW_SIZE with both sizes; FLO_BAD.
   */
  async check(motions: readonly Direction[], painted: Size): Promise<string[]> {
    this.requireFiles(motions);
    let resized: Size | undefined;
    let unmasked = 0;
    for (const motion of motions) {
      const { flow, reliable, opposite } = this.files(motion) as MotionFiles;
      const size = await floSize(flow);
      requireShape(flow, size, painted);
      if (reliable) requireEqual(reliable, await maskSize(reliable), flow, size);
      else if (opposite) requireEqual(opposite, await floSize(opposite), flow, size);
      if (!reliable) unmasked++;
      if (size.width !== painted.width || size.height !== painted.height) resized ??= size;
    }
    const notes: string[] = [];
    if (resized)
      notes.push(
        `--flow-dir ${this.path}: flow of ${text(resized)} is resized to the painted ${text(painted)}, its vectors with it`,
      );
    if (unmasked > 0)
      notes.push(
        `--flow-dir ${this.path}: the certainty of ${unmasked} of ${motions.length} flows has no picture here; it is worked out from both directions`,
      );
    return notes;
  }

  /**
   * SHA-256 over all flow of a film that is here, whatever part of the film is wanted: names and contents of the
   * files that would be read, back to each of `distances` and, where asked for, from each frame to the one after.
   */
  async identity(
    frameCount: number,
    { distances = [1], bothWays = false }: { distances?: readonly number[]; bothWays?: boolean } = {},
    signal?: AbortSignal,
  ): Promise<string> {
    const hash = createHash('sha256');
    for (let frame = 1; frame < frameCount; frame++) {
      const back = distances.map((distance) => this.files({ from: frame, to: frame - distance }));
      const ahead = bothWays ? [this.files({ from: frame - 1, to: frame })] : [];
      for (const file of [...back, ...ahead].flatMap((files) => Object.values(files ?? {}))) {
        if (signal?.aborted) throw interrupted(signal.reason);
        hash.update(`${basename(file)} ${await fileHash(file)}\n`);
      }
    }
    return hash.digest('hex');
  }

  /**
   * Flow and certainty of a motion at the painted size, px. Vectors marked as unknown become rest that nobody trusts.
   *
   * @throws NstError input as check(), PLANE_UNREADABLE.
   */
  async read(motion: Direction, painted: Size, workers: FlowWorkers): Promise<Motion> {
    this.requireFiles([motion]);
    const files = this.files(motion) as MotionFiles;
    const there = await readFlo(files.flow);
    requireShape(files.flow, there, painted);
    const known = clearUnknown(there);
    const toPainted = (plane: Plane) => resizePlane(plane, painted.width, painted.height);
    const flow = resizeFlow(there, painted.width, painted.height);
    if (files.reliable) {
      const mask = await readMask(files.reliable);
      requireEqual(files.reliable, mask, files.flow, there);
      return { flow, certainty: product(toPainted(mask), known && toPainted(known)) };
    }
    const opposite = await readFlo(files.opposite as string);
    requireEqual(files.opposite as string, opposite, files.flow, there);
    const pair = await workers.certainty({
      backward: flow,
      forward: resizeFlow(opposite, painted.width, painted.height),
    });
    return { flow: pair.backward, certainty: product(pair.certainty, known && toPainted(known)) };
  }

  /** This folder as the source of motions. */
  source(painted: Size, workers: FlowWorkers): FlowSource {
    return async (earlier, later, bothWays) => ({
      backward: await this.read({ from: later, to: earlier }, painted, workers),
      forward: bothWays ? await this.read({ from: earlier, to: later }, painted, workers) : undefined,
    });
  }

  private requireFiles(motions: readonly Direction[]): void {
    const missing = motions.filter((motion) => !this.files(motion));
    if (missing.length === 0) return;
    const [{ from, to }] = missing;
    const flow = `${flowName(from, to)}.flo`;
    const named = this.names.has(flow)
      ? `${reliableName(from, to)}.pgm (or .png), nor ${flowName(to, from)}.flo to work it out from`
      : flow;
    const many = missing.length === 1 ? '' : `, and flow is missing for ${missing.length - 1} frames more`;
    throw new NstError(
      'input',
      'FLOW_FILES_MISSING',
      `--flow-dir ${this.path}: found no ${named}, which frame ${from} needs (frames count from 1 in these names)${many}`,
    );
  }

  private files({ from, to }: Direction): MotionFiles | undefined {
    const find = (...names: string[]) => {
      const name = names.find((n) => this.names.has(n));
      return name && join(this.path, name);
    };
    const flow = find(`${flowName(from, to)}.flo`);
    const reliable = find(`${reliableName(from, to)}.pgm`, `${reliableName(from, to)}.png`);
    const opposite = find(`${flowName(to, from)}.flo`);
    if (!flow || !(reliable || opposite)) return undefined;
    return reliable ? { flow, reliable } : { flow, opposite };
  }
}

const text = ({ width, height }: Size): string => `${width}x${height}`;

function requireShape(file: string, found: Size, painted: Size): void {
  const [x, y] = [painted.width / found.width, painted.height / found.height];
  const off = Math.min(
    Math.abs(found.height * x - painted.height),
    Math.abs(found.width * y - painted.width),
  );
  if (off <= ASPECT_TOLERANCE) return;
  throw new NstError(
    'input',
    'FLOW_SIZE',
    `${file}: expected flow of the painted frames' ${text(painted)} or of that shape, found ${text(found)}`,
  );
}

function requireEqual(file: string, found: Size, beside: string, expected: Size): void {
  if (found.width === expected.width && found.height === expected.height) return;
  throw new NstError(
    'input',
    'FLOW_SIZE',
    `${file}: expected ${text(expected)} as in ${beside}, found ${text(found)}`,
  );
}

/** Sets unknown vectors to rest, in place; 0 where there were any, 1 elsewhere; undefined where all are known. */
function clearUnknown(flow: FlowField): Plane | undefined {
  let known: Float32Array | undefined;
  for (let i = 0; i < flow.u.length; i++) {
    if (isKnown(flow, i)) continue;
    known ??= new Float32Array(flow.u.length).fill(1);
    known[i] = flow.u[i] = flow.v[i] = 0;
  }
  return known && { width: flow.width, height: flow.height, data: known };
}

function product(plane: Plane, factor: Plane | undefined): Plane {
  return factor ? { ...plane, data: plane.data.map((v, i) => v * factor.data[i]) } : plane;
}
