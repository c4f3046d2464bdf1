// The kernels of the flow estimator: dense inverse search (Kroeger et al. 2016, "Fast optical flow using
// dense inverse search") and variational refinement (Brox et al. 2004, "High accuracy optical flow
// estimation based on a theory for warping"). Compiled by AssemblyScript to dist/flow/dis.wasm; dis.ts
// calls them level by level and dis_layout.ts gives every plane its place.
//
// A plane is float32 with an apron that kernels may read without a bounds check: 4 columns to the left,
// at least 4 beyond the width rounded up to 8 to the right, one row above and one below. Its pointer
// is the byte address of pixel (0, 0), its stride a count of floats and a multiple of 8.
export { dataTerm, linearise } from './data_term';
export { densify } from './densify';
export { centralDifferences, meanAndDifference, warp } from './derivatives';
export { mergeColumns, splitColumns } from './fields';
export { setLevel } from './level';
export { searchPatches, setLeastGain } from './patch_search';
export { enlarge, fillApron, halve, padBorder } from './pyramid';
export { relax } from './relaxation';
export { smoothnessTerm } from './smoothness';
