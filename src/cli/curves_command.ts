import type { Command } from 'commander';
import { drawCurves } from '../render/curves/draw_curves.js';
import type { CurvesOptions } from '../render/options/options.js';
import { act } from './act.js';
import { addOptions } from './options.js';

/** Adds `curves <photo>`: how fast the optimisers come down. */
export function addCurvesCommand(make: (parent: Command, name: string) => Command, program: Command): void {
  const curves = make(program, 'curves')
    .description('draw energy against evaluations for L-BFGS and Adam')
    .argument('<photo>', 'the picture to repaint');
  addOptions(curves, 'curves').action((photo: string, given) =>
    act('curves', given, (options: CurvesOptions, job) => drawCurves(photo, options, job)),
  );
}
