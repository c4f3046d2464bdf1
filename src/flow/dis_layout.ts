import { NstError } from '../error.js';

/** Side of a patch, px; levels are never smaller. */
export const PATCH = 8;
/** How far beyond the border a displaced patch may reach, px. */
export const TARGET_BORDER = 12;
/** Fields of the refinement, in the order of assembly/fields.ts. */
export const FIELD = { ix: 0, iy: 1, it: 2, ixx: 3, ixy: 4, iyy: 5, ixt: 6, iyt: 7, linkX: 13, u: 15, v: 16 };
const FIELDS = 17;
/** The first of the five fields that are written only after the derivatives' scratch planes are done with. */
const FIRST_SYSTEM_FIELD = 8;

/** One level of the pyramid: its size and the byte addresses of its planes. */
export interface Level {
  readonly width: number;
  readonly height: number;
  readonly stride: number;
  readonly from: number;
  readonly to: number;
  readonly u: number;
  readonly v: number;
}

/** Scratch that all levels share, laid out for the largest of them. */
export interface Workspace {
  /** Five planes for derivatives. */
  readonly planes: readonly [number, number, number, number, number];
  /** The other frame with its border repeated. */
  readonly target: number;
  /** Eight floats per patch. */
  readonly patches: number;
  /** Start of the refinement's fields (their apron included). */
  readonly fields: number;
}

export interface Layout {
  /** Finest first. */
  readonly levels: readonly Level[];
  /** The finest level that is searched. */
  readonly finest: number;
  readonly workspace: Workspace;
  /** Bytes of memory in all. */
  readonly bytes: number;
}

/** Kernels' own data lies below. */
const FIRST_BYTE = 65_536;
/** A 32-bit address space less one page. */
const MOST_BYTES = 65_535 * 65_536;

const roundUp = (value: number, to: number) => Math.ceil(value / to) * to;

/** Stride of a plane in floats: 4 columns of apron to the left, 4 or more to the right. */
const planeStride = (width: number) => roundUp(width, 8) + 8;
const planeBytes = (width: number, height: number) => roundUp(planeStride(width) * (height + 2) * 4, 64);

/** Where pixel (0, 0) stands in a plane that begins at `start`. */
const firstPixel = (start: number, stride: number) => start + (stride + 4) * 4;

/** Geometry of the refinement's half planes (assembly/fields.ts) of a level. */
export function fieldGeometry(width: number, height: number) {
  const halfWidth = (width + 1) >> 1;
  const halfStride = roundUp(halfWidth, 4) + 8;
  return { halfWidth, halfStride, half: halfStride * (height + 2) * 4 };
}

/** Stride in floats of the padded target of a level. */
export const targetStride = (width: number) => roundUp(width + 2 * TARGET_BORDER, 4) + 4;

/** Patches that a level holds. */
const patchCount = (width: number, height: number, spacing: number) =>
  (1 + Math.floor((width - PATCH) / spacing)) * (1 + Math.floor((height - PATCH) / spacing));

/**
 * The coarsest level of a frame, at least 0: about 32 px on the long side, so that motions of some
 * hundred px shrink to what a patch can follow, and a patch or more on the short side.
 */
export function coarsestLevel(width: number, height: number): number {
  const byLongSide = Math.floor(Math.log2(Math.max(width, height) / 32) + 0.5);
  const byShortSide = Math.floor(Math.log2(Math.min(width, height) / PATCH));
  return Math.max(0, Math.min(byLongSide, byShortSide));
}

/**
 * Gives every plane of a frame of `width`×`height` px (≥ 8 each) its place in memory. Search and
 * refinement take turns, so their scratch shares one region: beside the pyramid (4 planes a level)
 * stand the refinement's 17 fields of the finest level searched and nothing else.
 * Throws `FLOW_PICTURE_TOO_LARGE` (resources) beyond 4 GB.
 */
export function layOut(width: number, height: number, finestLevel: number, spacing: number): Layout {
  const coarsest = Math.max(
    coarsestLevel(width, height),
    Math.min(finestLevel, Math.floor(Math.log2(Math.min(width, height) / PATCH))),
  );
  const finest = Math.min(finestLevel, coarsest);
  let next = FIRST_BYTE;
  const take = (bytes: number) => {
    const start = next;
    next += roundUp(bytes, 64);
    return start;
  };

  const levels: Level[] = [];
  for (let i = 0, w = width, h = height; i <= coarsest; i++, w >>= 1, h >>= 1) {
    const stride = planeStride(w);
    const plane = () => firstPixel(take(planeBytes(w, h)), stride);
    levels.push({ width: w, height: h, stride, from: plane(), to: plane(), u: plane(), v: plane() });
  }

  const { width: w, height: h, stride } = levels[finest];
  const fields = next;
  const field = 2 * fieldGeometry(w, h).half;
  // The scratch planes lie where the linear system will be: a field is larger than a plane, and the
  // system is first written when the derivatives have been sorted into their own fields.
  next = roundUp(fields + FIRST_SYSTEM_FIELD * field, 64);
  const plane = () => firstPixel(take(planeBytes(w, h)), stride);
  const planes = [plane(), plane(), plane(), plane(), plane()] as const;
  // The search needs neither the derivatives' fields nor the system: its padded target and patches go
  // behind the planes it uses, at the end of the same region.
  const target = take(targetStride(w) * (h + 2 * TARGET_BORDER + 2) * 4);
  const patches = take(patchCount(w, h, spacing) * 8 * 4);
  const bytes = Math.max(next, fields + FIELDS * field) + 1024;
  if (bytes > MOST_BYTES) {
    throw new NstError(
      'resources',
      'FLOW_PICTURE_TOO_LARGE',
      `flow: a ${width}x${height} frame needs ${(bytes / 2 ** 30).toFixed(1)} GB of memory, expected at most 4`,
    );
  }
  return { levels, finest, workspace: { planes, target, patches, fields }, bytes };
}
