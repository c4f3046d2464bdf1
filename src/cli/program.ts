import { existsSync } from 'node:fs';
import { Command, type CommanderError } from 'commander';
import { NstError } from '../error.js';
import { encodeWorkFolder } from '../render/encode_work.js';
import type { Job } from '../render/job.js';
import type { EncodeOptions, FilmOptions, FlowOptions, StillOptions } from '../render/options/options.js';
import { renderFilm } from '../render/render_film.js';
import { renderFlow } from '../render/render_flow.js';
import { renderStill, type StillResult } from '../render/render_still.js';
import { sweepFilm } from '../render/sweep/sweep_film.js';
import type { SweepResult } from '../render/sweep/sweep_folder.js';
import { sweepStill } from '../render/sweep/sweep_still.js';
import { version } from '../render/version.js';
import type { FilmResult } from '../render/work/frame_result.js';
import { act } from './act.js';
import { addCompletionCommand } from './completion_command.js';
import { addCurvesCommand } from './curves_command.js';
import { addDoctorCommand } from './doctor_command.js';
import { addHelp } from './help.js';
import { addHelpCommand } from './help_command.js';
import { addInvertCommand } from './invert_command.js';
import { addLookCommand } from './look_command.js';
import { addLooksCommand } from './looks_command.js';
import { addNetworksCommand } from './networks_command.js';
import { addOptions } from './options.js';
import { addPlanCommand } from './plan_command.js';
import { addScoreCommand } from './score_command.js';
import { addShotsCommand } from './shots_command.js';
import { addTextureCommand } from './texture_command.js';
import { misspeltCommand, usageError } from './usage_error.js';

/** Names that are no picture's. */
const FILM = /\.(mp4|m4v|mov|mkv|webm|avi)$/i;

/** Errors and help of every command look alike; failures are thrown to `main`, which alone prints them. */
function configure(command: Command): Command {
  addHelp(command);
  command.helpCommand(false).configureOutput({ outputError: () => undefined });
  return command.exitOverride((error: CommanderError) => {
    throw error.exitCode === 0 || error.code === 'commander.help' ? error : usageError(error, command);
  });
}

/** The command line, made from the option schema. */
export function buildProgram(): Command {
  const program = configure(new Command('nst-video'));
  const make = (parent: Command, name: string) => configure(parent.command(name));
  program
    .description('Repaints a film in the style of a painting and keeps it steady.')
    .version(version)
    .usage('<film> --style <picture> [options]')
    .argument('<film>', "the film to repaint; or pictures: a folder, shot_%04d.png, 'shot_*.png'")
    .enablePositionalOptions();
  addOptions(program, 'film').action((film: string, given) => {
    const misspelt = existsSync(film) ? undefined : misspeltCommand(film, program);
    if (misspelt) throw misspelt;
    const { sweep } = given as { sweep?: readonly string[] };
    return act(
      'film',
      given,
      (options: FilmOptions, job): Job<FilmResult | SweepResult> =>
        sweep ? sweepFilm(film, options, sweep, job) : renderFilm(film, options, job),
    );
  });
  const image = make(program, 'image')
    .description('repaint one photograph')
    .argument('<photo>', 'the picture to repaint');
  addOptions(image, 'image').action((photo: string, given) => {
    if (FILM.test(photo))
      throw new NstError(
        'usage',
        'INPUT_IS_FILM',
        `${photo} is a film; it is painted with: nst-video ${photo}`,
      );
    const { sweep } = given as { sweep?: readonly string[] };
    return act(
      'image',
      given,
      (options: StillOptions, job): Job<StillResult | SweepResult> =>
        sweep ? sweepStill(photo, options, sweep, job) : renderStill(photo, options, job),
    );
  });
  const encode = make(program, 'encode')
    .description('make a film of what is finished in a work folder so far')
    .argument('<folder>', 'the work folder, <output>.nst');
  addOptions(encode, 'encode').action((folder: string, given) =>
    act('encode', given, (options: EncodeOptions, job) => encodeWorkFolder(folder, options, job)),
  );
  const flow = make(program, 'flow')
    .description('write the optical flow of a film: .flo files, pictures')
    .argument('<film>', 'the film');
  addOptions(flow, 'flow').action((film: string, given) =>
    act('flow', given, (options: FlowOptions, job) => renderFlow(film, options, job)),
  );
  addTextureCommand(make, program);
  addInvertCommand(make, program);
  addScoreCommand(make, program);
  addShotsCommand(make, program);
  addPlanCommand(make, program);
  addCurvesCommand(make, program);
  addDoctorCommand(make, program);
  addLooksCommand(make, program);
  addLookCommand(make, program);
  addNetworksCommand(make, program);
  addCompletionCommand(make, program);
  addHelpCommand(make, program);
  return program;
}
