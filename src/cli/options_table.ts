import { LOOK_KINDS } from '../render/options/inside_settings.js';
import { type OptionSpec, TASKS, type Task } from '../render/options/options.js';
import { ALL_OPTIONS } from './face_options.js';
import { optionHelp } from './options.js';

const BEGIN = '<!-- options: written by `npm run docs` from src/render/options/options.ts -->';
const END = '<!-- /options -->';

function row(spec: OptionSpec<string>): string {
  const short = spec.short ? `\`${spec.short}\` ` : '';
  const value = spec.placeholder ? ` <${spec.placeholder}>` : '';
  const escaped = optionHelp(spec).replaceAll('<', '&lt;').replaceAll('|', '\\|');
  return `| ${short}\`${spec.flag}${value}\` | ${escaped} | ${commandsOf(spec)} |`;
}

/** `film, image, look ascend`; `look` alone where all its kinds take the option. */
function commandsOf({ commands }: OptionSpec<string>): string {
  const kinds = commands.filter((name) => name in LOOK_KINDS);
  const others = commands.filter((name) => !(name in LOOK_KINDS));
  const look = kinds.length === Object.keys(LOOK_KINDS).length ? 'look' : `look ${kinds.join('/')}`;
  return [...others, ...(kinds.length > 0 ? [look] : [])].join(', ');
}

/** The options by task, as Markdown tables: what README shows is what the program does. */
export function optionsTable(): string {
  const sections = (Object.keys(TASKS) as Task[]).map((task) => {
    const rows = ALL_OPTIONS.filter((o) => o.task === task).map(row);
    return [
      `#### ${TASKS[task]}`,
      '',
      '| option | what it does [default] | commands |',
      '|---|---|---|',
      ...rows,
    ].join('\n');
  });
  return `${BEGIN}\n\n${sections.join('\n\n')}\n\n${END}`;
}

/** `readme` with its options section replaced. Throws where the markers are missing. */
export function withOptionsTable(readme: string): string {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin < 0 || end < begin) throw new Error('README.md: the markers of the options section are missing');
  return readme.slice(0, begin) + optionsTable() + readme.slice(end + END.length);
}
