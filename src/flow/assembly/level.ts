// What every patch kernel of one pyramid level needs to know; set once by setLevel before they run.

/** Side of a patch in pixels: two vectors of four. */
export const PATCH: i32 = 8;

/** Level's size in pixels, and the stride of its planes in floats. */
export let width: i32 = 0;
export let height: i32 = 0;
export let stride: i32 = 0;

/** The frame searched for patches, and the gradient of that frame's central differences. */
export let source: usize = 0;
export let gradientX: usize = 0;
export let gradientY: usize = 0;

/** The other frame with its border repeated `border` times on every side; points at the padding's corner. */
export let target: usize = 0;
export let targetStride: i32 = 0;
export let border: i32 = 0;

/** Distance in pixels between the corners of neighbouring patches, and how many there are. */
export let spacing: i32 = 0;
export let columns: i32 = 0;
export let rows: i32 = 0;

/** Where a displaced patch's corner may lie, in pixels of the unpadded frame. */
export let lowest: f32 = 0;
export let highestX: f32 = 0;
export let highestY: f32 = 0;

export function setLevel(
  levelWidth: i32,
  levelHeight: i32,
  levelStride: i32,
  sourcePlane: usize,
  gradientXPlane: usize,
  gradientYPlane: usize,
  targetPlane: usize,
  targetPlaneStride: i32,
  targetBorder: i32,
  patchSpacing: i32,
): void {
  width = levelWidth;
  height = levelHeight;
  stride = levelStride;
  source = sourcePlane;
  gradientX = gradientXPlane;
  gradientY = gradientYPlane;
  target = targetPlane;
  targetStride = targetPlaneStride;
  border = targetBorder;
  spacing = patchSpacing;
  columns = 1 + (levelWidth - PATCH) / patchSpacing;
  rows = 1 + (levelHeight - PATCH) / patchSpacing;
  // A corner at c is interpolated from columns floor(c) .. floor(c) + PATCH, which must lie within
  // -border .. width + border - 1; one more pixel is left as a margin on either side.
  const first: i32 = 1 - targetBorder;
  const beyond: i32 = targetBorder - PATCH - 2;
  lowest = <f32>first;
  highestX = <f32>(levelWidth + beyond);
  highestY = <f32>(levelHeight + beyond);
}
