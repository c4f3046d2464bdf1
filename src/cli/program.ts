import { Command, Option } from 'commander';
import { encodeWorkFolder } from '../render/encode_work.js';
import { type Command as CommandName, type OptionSpec, optionsOf, showDefault } from '../render/options.js';
import { renderFilm } from '../render/render_film.js';
import { renderFlow } from '../render/render_flow.js';
import { renderStill } from '../render/render_still.js';
import { version } from '../render/version.js';
import { addDoctorCommand } from './doctor_command.js';
import { addNetworksCommand } from './networks_command.js';
import { addPlanCommand } from './plan_command.js';
import { runJob } from './run_job.js';

/** The text help prints for an option: its meaning, choices and default, all from the schema. */
export function optionHelp(spec: OptionSpec): string {
  const choices = spec.value.kind === 'choice' ? ` (${spec.value.choices.join(', ')})` : '';
  const shown = showDefault(spec);
  return `${spec.help}${choices}${shown && ` [${shown}]`}`;
}

function addOptions(command: Command, name: CommandName): Command {
  for (const spec of optionsOf(name)) {
    const short = spec.short ? `${spec.short}, ` : '';
    const value = spec.placeholder ? ` <${spec.placeholder}>` : '';
    const option = new Option(`${short}${spec.flag}${value}`, optionHelp(spec));
    option.helpGroup(`${spec.task}:`);
    if (spec.value.kind === 'list')
      option.argParser((text: string, before: string[] | undefined) => [...(before ?? []), text]);
    command.addOption(option);
  }
  return command;
}

/** Errors and help of every command look alike: one line, prefixed, and the exit status thrown to `main`. */
function configure(command: Command): Command {
  return command
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({
      outputError: (text, write) => write(`nst-video: ${text.replace(/^error: /, '').replace(/\n\(/, ' (')}`),
    });
}

/** The command line, made from the option schema. */
export function buildProgram(): Command {
  const program = configure(new Command('nst-video'));
  program
    .description('Repaints a film in the style of a painting and keeps it steady.')
    .version(version)
    .usage('<film> --style <picture> [options]')
    .argument('<film>', 'the film to repaint')
    .enablePositionalOptions();
  addOptions(program, 'film').action(async (film: string, given) => {
    await runJob((options) => renderFilm(film, given, options));
  });
  const image = configure(program.command('image'))
    .description('repaint one photograph')
    .argument('<photo>', 'the picture to repaint');
  addOptions(image, 'image').action(async (photo: string, given) => {
    await runJob((options) => renderStill(photo, given, options));
  });
  const encode = configure(program.command('encode'))
    .description('make a film of what is finished in a work folder so far')
    .argument('<folder>', 'the work folder, <output>.nst');
  addOptions(encode, 'encode').action(async (folder: string, given) => {
    await runJob((options) => encodeWorkFolder(folder, given, options));
  });
  const flow = configure(program.command('flow'))
    .description('write the optical flow of a film: .flo files, certainty and colour pictures')
    .argument('<film>', 'the film');
  addOptions(flow, 'flow').action(async (film: string, given) => {
    await runJob((options) => renderFlow(film, given, options));
  });
  addDoctorCommand((parent, name) => configure(parent.command(name)), addOptions, program);
  addPlanCommand((parent, name) => configure(parent.command(name)), addOptions, program);
  addNetworksCommand(
    (parent, name) => configure(parent.command(name)),
    (command) => addOptions(command, 'pull'),
    program,
  );
  program.addHelpText(
    'after',
    '\nExit status: 0 done, 1 a bug, 2 usage, 3 bad input, 4 missing environment, 5 out of resources, 130 interrupted.',
  );
  return program;
}
