import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { NstError } from '../error.js';
import { flowName, isFlowFile, reliableName } from '../flow/flow_names.js';
import { writeAtomic, writeError } from '../frames/atomic.js';
import { isThere } from '../there.js';
import { type Lease, takeLease } from './work/lease.js';

/** What the flow of a folder was made from, and with: `flow.json`. */
export interface FlowMade {
  readonly schema: 1;
  /** Version of the program that began it. */
  readonly program: string;
  readonly input: { readonly path: string; readonly sha256: string };
  /** Which stream of the film, among all of them; not there in folders of versions that knew no choice. */
  readonly stream?: number;
  /** The options that an interlaced or HDR film was read with. */
  readonly read?: string;
  readonly size: { readonly width: number; readonly height: number };
  readonly flow: string;
  /** The vector's length that has full colour in the pictures, px. */
  readonly fullColour?: number;
}

/** What the folder holds beside flow. */
const OTHERS = ['flow.json', 'wheel.png'];

/** The folder that `nst-video flow` writes. A file that has its final name is whole. */
export class FlowOutput {
  private constructor(
    readonly path: string,
    private record: FlowMade,
  ) {}

  get made(): FlowMade {
    return this.record;
  }
  get wheel(): string {
    return join(this.path, 'wheel.png');
  }
  backward(frame: number): string {
    return join(this.path, `${flowName(frame, frame - 1)}.flo`);
  }
  forward(frame: number): string {
    return join(this.path, `${flowName(frame - 1, frame)}.flo`);
  }
  reliable(frame: number): string {
    return join(this.path, `${reliableName(frame, frame - 1)}.png`);
  }
  /** Colours for the backward flow. */
  picture(frame: number): string {
    return join(this.path, `${flowName(frame, frame - 1)}.png`);
  }

  /** Whether the flow of a frame is there in both directions, with its certainty. */
  holds(frame: number): boolean {
    return [this.backward(frame), this.forward(frame), this.reliable(frame)].every((file) => isThere(file));
  }

  async setFullColour(fullColour: number): Promise<void> {
    this.record = { ...this.record, fullColour };
    await writeMade(this.path, this.record);
  }

  /**
   * Opens a folder for flow, making it where there is none, and holds its lease until `release` is called. Flow that
   * was made otherwise, or elsewhere, is removed with `overwrite`.
   *
   * @throws NstError input OUTPUT_EXISTS where such flow is there and `overwrite` is not set, OUTPUT_NOT_WRITABLE;
   * resources WORK_FOLDER_LOCKED.
   */
  static async open(
    path: string,
    wanted: FlowMade,
    { overwrite, note }: { readonly overwrite: boolean; readonly note: (message: string) => void },
  ): Promise<{ output: FlowOutput; release: () => Promise<void> }> {
    let lease: Lease;
    try {
      await mkdir(path, { recursive: true });
      lease = await takeLease(join(path, 'lock'), { note });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST')
        throw new NstError('input', 'OUTPUT_NOT_WRITABLE', `${path}: expected a folder, found a file`);
      throw writeError(error, path);
    }
    try {
      const names = await readdir(path);
      for (const name of names.filter((n) => /^\..*\.tmp-/.test(n))) await rm(join(path, name));
      const flow = names.filter((n) => isFlowFile(n) || OTHERS.includes(n));
      const stored = await readMade(path);
      const why = stored ? difference(stored, wanted) : undefined;
      if (stored && !why) {
        if (stored.program !== wanted.program)
          note(
            `${path} was begun by version ${stored.program}, this is ${wanted.program}: flow may differ slightly`,
          );
        return { output: new FlowOutput(path, stored), release: () => lease.release() };
      }
      if (flow.length > 0 && !overwrite)
        throw new NstError(
          'input',
          'OUTPUT_EXISTS',
          `${path} has ${flow.length} files of flow in it already, ${why ?? 'which were not made here'}; --overwrite removes them`,
        );
      // The record goes first: without it, what is left after an interruption is a stranger's.
      await rm(madePath(path), { force: true });
      for (const name of flow) await rm(join(path, name), { force: true });
      if (flow.length > 0) note(`${path}: removed ${flow.length} files of other flow (--overwrite)`);
      await writeMade(path, wanted);
      return { output: new FlowOutput(path, wanted), release: () => lease.release() };
    } catch (error) {
      await lease.release();
      throw error;
    }
  }
}

const madePath = (path: string): string => join(path, 'flow.json');

function writeMade(path: string, made: FlowMade): Promise<void> {
  return writeAtomic(madePath(path), `${JSON.stringify(made, null, 2)}\n`);
}

/** The record of a folder; undefined where there is none that can be understood. */
async function readMade(path: string): Promise<FlowMade | undefined> {
  try {
    const made = JSON.parse(await readFile(madePath(path), 'utf8')) as FlowMade;
    return made?.schema === 1 && made.input && made.size ? made : undefined;
  } catch {
    return undefined;
  }
}

/** What tells two records apart, as people say it; undefined where nothing does. */
function difference(stored: FlowMade, wanted: FlowMade): string | undefined {
  const size = ({ size: { width, height } }: FlowMade) => `${width}x${height}`;
  if (stored.input.sha256 !== wanted.input.sha256) return `of another film (${stored.input.path})`;
  if (size(stored) !== size(wanted)) return `of ${size(stored)}, now it is ${size(wanted)}`;
  if ((stored.stream ?? wanted.stream) !== wanted.stream)
    return `of --video-stream ${stored.stream}, now it is ${wanted.stream}`;
  if (stored.read !== wanted.read)
    return `of a film read with ${stored.read ?? 'no options'}, now it is ${wanted.read ?? 'none'}`;
  if (stored.flow !== wanted.flow) return `made with ${stored.flow}, now it is ${wanted.flow}`;
  return undefined;
}
