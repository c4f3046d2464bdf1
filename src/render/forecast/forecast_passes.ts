import { frameNumbers } from '../../frames/ranges.js';
import type { Link } from '../paint/chain.js';
import { motionsOfPiece, passPieces } from '../paint/paint_passes.js';
import type { FilmOutline } from '../plan.js';
import { requirePass } from '../work/continue_pass.js';
import { hasMotion } from '../work/flow_store.js';
import { leftOf } from '../work/pass_files.js';
import { WorkFolder } from '../work/work_folder.js';
import type { WorkPreview } from './work_preview.js';

/** What is left of a film in several passes. */
export interface PassesWork {
  /** Paintings left of the first pass: fresh ones. */
  readonly first: number;
  /** Paintings left of all later passes. */
  readonly next: number;
  /** Source frames that are asked for. */
  readonly needed: readonly number[];
  /** Pairs of frames of whose flow some is not stored. */
  readonly flowPairs: number;
}

/** Counts paintings and flow. Throws what `requirePass` throws. */
export function countPasses(film: FilmOutline, work: WorkPreview, links: readonly Link[]): PassesWork {
  const { settings, ranges, workFolder } = film;
  const { passes, loop } = settings;
  const folder = new WorkFolder(workFolder);
  const { goneBack } = work;
  if (goneBack) requirePass(folder, goneBack.pass, goneBack.of, ranges);
  const placed = links.map((link, i) => ({ ...link, place: i + 1 }));
  const pieces = passPieces(placed, loop).map((piece) => {
    const standing = work.standing(piece, passes);
    const left = leftOf(piece, passes, standing);
    return { ...piece, left, fresh: standing.pass === 1 ? standing.todo.length : 0 };
  });
  const open = pieces.filter(({ left }) => left > 0);
  const sum = (of: (piece: (typeof pieces)[number]) => number) => open.reduce((n, piece) => n + of(piece), 0);
  const missing = open
    .flatMap((piece) => motionsOfPiece(piece, settings))
    .filter((motion) => !(work.keepsSources && hasMotion(folder, motion)));
  return {
    first: sum(({ fresh }) => fresh),
    next: sum(({ left, fresh }) => left - fresh),
    needed: [...frameNumbers(open)],
    flowPairs: new Set(missing.map(({ from, to }) => `${Math.min(from, to)} ${Math.max(from, to)}`)).size,
  };
}
