import type { Command } from 'commander';
import { invertPicture } from '../render/invert/render_inversion.js';
import type { InvertOptions } from '../render/options/options.js';
import { act } from './act.js';
import { addOptions } from './options.js';

/** Adds `invert <photo>`. */
export function addInvertCommand(make: (parent: Command, name: string) => Command, program: Command): void {
  const invert = make(program, 'invert')
    .description('find a picture by what a layer of the network knows of a photo')
    .argument('<photo>', 'the picture whose features are taken');
  addOptions(invert, 'invert').action((photo: string, given) =>
    act('invert', given, (options: InvertOptions, job) => invertPicture(photo, options, job)),
  );
}
