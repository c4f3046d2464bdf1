import { type Command, CommanderError, type Help, Option } from 'commander';
import { showDefault, TASKS } from '../render/options/options.js';
import { optionChoices, SchemaOption } from './options.js';

/** A command with fewer options than this shows them all at once. */
const FEW = 12;
/** Where options are listed that do not come from the schema. */
const HELP = 'Help:';

/** Two things to type, per command: what it is for, before what it can be told. */
const EXAMPLES: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  'nst-video': [
    ['nst-video film.mp4 -s wave.jpg --preset draft', 'see quickly what it does'],
    ['nst-video film.mp4 -s wave.jpg', 'writes film.wave.mp4'],
  ],
  'nst-video image': [
    ['nst-video image photo.jpg -s wave.jpg', 'writes photo.wave.png'],
    ['nst-video image photo.jpg -s a.jpg -s b.jpg', 'blends two paintings'],
  ],
  'nst-video score': [
    ['nst-video score in.mp4 out.mp4', 'how steady it is'],
    ['nst-video score in.mp4 out.mp4 -s wave.jpg -o report/', 'a page with plots'],
  ],
};

/** Commands that the short help of the program says a line of; the others it names. */
const WANTED: ReadonlySet<string> = new Set([
  'image',
  'encode',
  'score',
  'shots',
  'plan',
  'doctor',
  'networks',
]);

/** `nst-video networks pull`. */
export function fullName(command: Command): string {
  return command.parent ? `${fullName(command.parent)} ${command.name()}` : command.name();
}

/** Help that fits a screen: the most wanted options by what they are for; `--help-all` has every one. */
export function addHelp(command: Command): void {
  let all = false;
  command.configureHelp({
    formatHelp: (cmd, helper) => (all || !isLong(cmd) ? fullHelp(cmd, helper) : shortHelp(cmd, helper)),
  });
  command.helpOption('-h, --help', 'show help');
  command.addOption(new Option('--help-all', 'every option').hideHelp());
  command.on('option:help-all', () => {
    all = true;
    command.outputHelp();
    throw new CommanderError(0, 'commander.helpDisplayed', '(outputHelp)');
  });
}

function schemaOptions(command: Command): SchemaOption[] {
  return command.options.filter((o) => o instanceof SchemaOption);
}

function isLong(command: Command): boolean {
  return schemaOptions(command).length >= FEW;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

type Row = readonly [term: string, text: string];

function table(rows: readonly Row[], helper: Help): string[] {
  const width = Math.max(...rows.map(([term]) => term.length));
  return rows.map(([term, text]) => helper.formatItem(term, width, text, helper));
}

function shortHelp(command: Command, helper: Help): string {
  const name = fullName(command);
  const examples = EXAMPLES[name] ?? [[helper.commandUsage(command), '']];
  const wanted = schemaOptions(command).filter(({ spec }) => spec.brief !== undefined);
  const rows = wanted.map(({ spec, flags, short }): Row => {
    const shown = showDefault(spec);
    const fallback = shown && !shown.includes(',') ? ` [${shown}]` : '';
    return [`${short ? '' : '    '}${flags}`, `${spec.brief}${optionChoices(spec)}${fallback}`];
  });
  const lines = table(rows, helper);
  const groups = Object.entries(TASKS).flatMap(([task, heading]) => {
    const of = lines.filter((_, i) => wanted[i].spec.task === task);
    return of.length > 0 ? [`${heading}:`, ...of] : [];
  });
  const below = helper.visibleCommands(command);
  const commands = commandRows(command, helper).filter((_, i) => WANTED.has(below[i].name()));
  const named = below.map((c) => c.name()).filter((name) => !WANTED.has(name));
  const others = named.length > 0 ? [helper.boxWrap(`  and ${named.join(', ')}`, 80)] : [];
  return [
    capital(command.description()),
    '',
    ...table(examples, helper),
    '',
    ...groups,
    ...(commands.length > 0 ? ['', 'Other commands:', ...table(commands, helper), ...others] : []),
    '',
    `Every option: ${name} --help-all${commands.length > 0 ? ` · of a command: ${name} help <command>` : ''}`,
    '',
  ].join('\n');
}

function fullHelp(command: Command, helper: Help): string {
  const options = helper.visibleOptions(command);
  const rows = options.map(
    (o): Row => [`${o.short ? '' : '    '}${helper.optionTerm(o)}`, helper.optionDescription(o)],
  );
  const lines = table(rows, helper);
  const groupOf = (option: Option) => option.helpGroupHeading ?? HELP;
  const headings = [...Object.values(TASKS).map((task) => `${task}:`), HELP];
  const present = headings.filter((heading) => options.some((o) => groupOf(o) === heading));
  const groups = present.flatMap((group) => [
    '',
    group,
    ...lines.filter((_, i) => groupOf(options[i]) === group),
  ]);
  const commands = commandRows(command, helper);
  const listed = commands.length > 0 ? ['', 'Commands:', ...table(commands, helper)] : [];
  const given = helper.visibleArguments(command).map((a): Row => [`<${a.name()}>`, a.description]);
  const args = given.length > 0 ? ['', ...table(given, helper)] : [];
  const status = [
    'Exit status: 0 done, 1 a bug, 2 usage, 3 bad input, 4 missing environment,',
    '5 out of resources, 130 interrupted.',
  ];
  return [
    capital(command.description()),
    '',
    `  ${helper.commandUsage(command)}`,
    ...args,
    ...groups,
    ...listed,
    ...(command.parent ? [] : ['', ...status]),
    '',
  ].join('\n');
}

function commandRows(command: Command, helper: Help): Row[] {
  return helper
    .visibleCommands(command)
    .map((c): Row => [helper.subcommandTerm(c).replace(' [options]', ''), helper.subcommandDescription(c)]);
}
