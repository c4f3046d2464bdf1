import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { NstError } from '../../error.js';
import { floSize, readFlo } from '../../flow/flo.js';
import { type FlowField, isKnown } from '../../flow/flow_field.js';
import { backwardName, forwardName, reliableName } from '../../flow/flow_names.js';
import type { FlowWorkers } from '../../flow/flow_workers.js';
import { resizeFlow, resizePlane } from '../../flow/resize_flow.js';
import { maskSize, readMask } from '../../frames/mask_file.js';
import type { Plane } from '../../picture.js';
import { interrupted } from '../interrupted.js';
import { fileHash } from './file_hash.js';
import type { StoredFlow } from './flow_ahead.js';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The files that tell the motion between a frame and the one before. */
interface PairFiles {
  readonly backward: string;
  /** One of the two: how certain the backward flow is, or the flow that shows it. */
  readonly reliable?: string;
  readonly forward?: string;
}

/** Painted frames are of even size: the flow's aspect may be off by that much, px. */
const ASPECT_TOLERANCE = 2;

/**
 * A folder of flow made elsewhere, in the naming of artistic-videos (flow/flow_names.ts): for each frame its backward
 * flow, and its certainty as a grey picture (`.pgm` or `.png`), or, where that is missing, the forward flow to work
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

  /**
   * Makes sure that the flow of these frames (counted from 0) is here and of the painted frames' shape.
   *
   * @returns Notes: where flow is resized, where certainty is worked out here.
   * @throws NstError input FLOW_FILES_MISSING naming the first file and how many; FLOW_SIZE with both sizes; FLO_BAD.
   */
  async check(frames: readonly number[], painted: Size): Promise<string[]> {
    this.requireFiles(frames);
    let resized: Size | undefined;
    let unmasked = 0;
    for (const frame of frames) {
      const { backward, reliable, forward } = this.files(frame) as PairFiles;
      const size = await floSize(backward);
      requireShape(backward, size, painted);
      if (reliable) requireEqual(reliable, await maskSize(reliable), backward, size);
      else if (forward) requireEqual(forward, await floSize(forward), backward, size);
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
        `--flow-dir ${this.path}: the certainty of ${unmasked} of ${frames.length} flows has no picture here; it is worked out from both directions`,
      );
    return notes;
  }

  /**
   * SHA-256 over all flow of a film that is here, whatever part of the film is wanted: names and contents of the
   * files that would be read.
   */
  async identity(frameCount: number, signal?: AbortSignal): Promise<string> {
    const hash = createHash('sha256');
    for (let frame = 1; frame < frameCount; frame++) {
      for (const file of Object.values(this.files(frame) ?? {})) {
        if (signal?.aborted) throw interrupted(signal.reason);
        hash.update(`${basename(file)} ${await fileHash(file)}\n`);
      }
    }
    return hash.digest('hex');
  }

  /**
   * Flow and certainty of a frame (counted from 0) at the painted size, px. Vectors marked as unknown become rest
   * that nobody trusts.
   *
   * @throws NstError input as check(), PLANE_UNREADABLE.
   */
  async read(frame: number, painted: Size, workers: FlowWorkers): Promise<StoredFlow> {
    this.requireFiles([frame]);
    const files = this.files(frame) as PairFiles;
    const there = await readFlo(files.backward);
    requireShape(files.backward, there, painted);
    const known = clearUnknown(there);
    const toPainted = (plane: Plane) => resizePlane(plane, painted.width, painted.height);
    const backward = resizeFlow(there, painted.width, painted.height);
    if (files.reliable) {
      const mask = await readMask(files.reliable);
      requireEqual(files.reliable, mask, files.backward, there);
      return { backward, certainty: product(toPainted(mask), known && toPainted(known)) };
    }
    const forward = await readFlo(files.forward as string);
    requireEqual(files.forward as string, forward, files.backward, there);
    const pair = await workers.certainty({
      backward,
      forward: resizeFlow(forward, painted.width, painted.height),
    });
    return { backward: pair.backward, certainty: product(pair.certainty, known && toPainted(known)) };
  }

  private requireFiles(frames: readonly number[]): void {
    const missing = frames.filter((frame) => !this.files(frame));
    if (missing.length === 0) return;
    const [first] = missing;
    const backward = `${backwardName(first)}.flo`;
    const named = this.names.has(backward)
      ? `${reliableName(first)}.pgm (or .png), nor ${forwardName(first)}.flo to work it out from`
      : backward;
    const many = missing.length === 1 ? '' : `, and flow is missing for ${missing.length - 1} frames more`;
    throw new NstError(
      'input',
      'FLOW_FILES_MISSING',
      `--flow-dir ${this.path}: found no ${named}, which frame ${first} needs (frames count from 1 in these names)${many}`,
    );
  }

  private files(frame: number): PairFiles | undefined {
    const find = (...names: string[]) => {
      const name = names.find((n) => this.names.has(n));
      return name && join(this.path, name);
    };
    const backward = find(`${backwardName(frame)}.flo`);
    const reliable = find(`${reliableName(frame)}.pgm`, `${reliableName(frame)}.png`);
    const forward = find(`${forwardName(frame)}.flo`);
    if (!backward || !(reliable || forward)) return undefined;
    return reliable ? { backward, reliable } : { backward, forward };
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
