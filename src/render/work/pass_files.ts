import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Piece, passOrder } from '../../temporal/passes.js';
import { isThere, removeFile } from '../../there.js';
import { writeEnergies } from './energy_record.js';
import type { WorkFolder } from './work_folder.js';

/** Where the painting of a piece stands. */
export interface Standing {
  /** The pass to paint; one more than there are where all is done. */
  readonly pass: number;
  /** Its frames that are yet to be painted, in order. */
  readonly todo: readonly number[];
}

/** The stored frames of all passes, `passes/01/000012.png`; those of the last one are the film's own. */
export class PassFiles {
  constructor(
    private readonly folder: WorkFolder,
    private readonly passes: number,
  ) {}

  /** A frame as a pass painted it, 16-bit PNG. */
  picture(pass: number, frame: number): string {
    return pass === this.passes ? this.folder.stylised(frame) : this.folder.passPicture(pass, frame);
  }

  /** How its energy fell, JSON. It stays when the picture goes. */
  energies(pass: number, frame: number): string {
    return pass === this.passes ? this.folder.energies(frame) : this.folder.passEnergies(pass, frame);
  }

  async writeEnergies(pass: number, frame: number, record: object): Promise<void> {
    await this.folder.held?.assertHeld();
    await writeEnergies(this.energies(pass, frame), record);
  }

  async createFolders(): Promise<void> {
    for (let pass = 1; pass < this.passes; pass++)
      await mkdir(dirname(this.picture(pass, 0)), { recursive: true });
  }

  /** What is left to paint of a piece. */
  standing(piece: Piece): Standing {
    return standingOf(piece, this.passes, (pass, frame) => isThere(this.picture(pass, frame)));
  }

  /** How many paintings of a piece are yet to be made, in all passes. */
  left(piece: Piece): number {
    return leftOf(piece, this.passes, this.standing(piece));
  }

  /** Removes what the next pass no longer needs of a frame that it has painted: the painting of the pass before. */
  async release(pass: number, frame: number): Promise<void> {
    if (pass > 1) await removeFile(this.picture(pass - 1, frame));
  }

  /** Removes what a run that was cut off had no time to release. */
  async releaseAll(piece: Piece): Promise<void> {
    const { pass, todo } = this.standing(piece);
    const open = new Set(todo);
    for (const frame of passOrder(piece, pass))
      for (let p = 1; p < pass; p++) {
        // The latest painting of a frame is needed, or is the film's.
        const latest = pass > this.passes ? this.passes : open.has(frame) ? pass - 1 : pass;
        if (p < latest) await removeFile(this.picture(p, frame));
      }
  }
}

/**
 * Where a piece stands, from what is stored. Frames are painted pass after pass, and a frame's earlier painting goes
 * only when the later one is there: the latest pass that has any frame is the one that was being painted, and all
 * before it are done, whether or not they are still there.
 */
export function standingOf(
  piece: Piece,
  passes: number,
  isStored: (pass: number, frame: number) => boolean,
): Standing {
  for (let pass = passes; pass >= 1; pass--) {
    const order = passOrder(piece, pass);
    const todo = order.filter((frame) => !isStored(pass, frame));
    if (todo.length === order.length) continue;
    if (todo.length > 0) return { pass, todo };
    return { pass: pass + 1, todo: pass < passes ? passOrder(piece, pass + 1) : [] };
  }
  return { pass: 1, todo: passOrder(piece, 1) };
}

/** How many paintings are left where a piece stands so. */
export function leftOf({ first, last }: Piece, passes: number, { pass, todo }: Standing): number {
  return todo.length + Math.max(0, passes - pass) * (last - first + 1);
}
