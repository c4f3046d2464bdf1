import type { Command } from 'commander';
import type { TextureOptions } from '../render/options/options.js';
import { renderTexture } from '../render/texture/render_texture.js';
import { act } from './act.js';
import { addOptions } from './options.js';

/** Adds `texture <painting>`. */
export function addTextureCommand(make: (parent: Command, name: string) => Command, program: Command): void {
  const texture = make(program, 'texture')
    .description('make a texture of a painting: its strokes, none of its places')
    .argument('<painting>', 'the picture to take them from');
  addOptions(texture, 'texture').action((painting: string, given) =>
    act('texture', given, (options: TextureOptions, job) => renderTexture(painting, options, job)),
  );
}
