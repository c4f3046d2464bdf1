import type { Command } from 'commander';
import { lookInside } from '../render/look/look_inside.js';
import { LOOK_KINDS, type LookKind } from '../render/options/inside_settings.js';
import type { InsideOptions } from '../render/options/options.js';
import { act } from './act.js';
import { addOptions } from './options.js';

const INPUTS: Readonly<Record<LookKind, readonly [name: string, about: string] | undefined>> = {
  filters: undefined,
  activations: ['photo', 'the picture'],
  saliency: ['photo', 'the picture'],
  guided: ['photo', 'the picture'],
  patches: ['pictures', 'a folder of pictures, a film or a picture'],
  ascend: undefined,
};

/**
 * The commands `look filters | activations | …`: a sheet of pictures for each.
 * @param make Adds a subcommand that looks and fails like all others.
 */
export function addLookCommand(make: (parent: Command, name: string) => Command, program: Command): void {
  const look = make(program, 'look').description('show what is inside a network, as a sheet');
  for (const kind of Object.keys(LOOK_KINDS) as LookKind[]) {
    const command = make(look, kind).description(LOOK_KINDS[kind]);
    const input = INPUTS[kind];
    if (input) command.argument(`<${input[0]}>`, input[1]);
    const begin = (path: string | undefined, given: Readonly<Record<string, unknown>>) =>
      act(kind, given, (options: InsideOptions, job) => lookInside(kind, path, options, job));
    addOptions(command, kind);
    if (input) command.action((path: string, given) => begin(path, given));
    else command.action((given) => begin(undefined, given));
  }
}
