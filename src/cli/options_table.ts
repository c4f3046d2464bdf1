import { OPTIONS, type OptionSpec } from '../render/options.js';
import { optionHelp } from './program.js';

const BEGIN = '<!-- options: written by `npm run docs` from src/render/options.ts -->';
const END = '<!-- /options -->';

function row(spec: OptionSpec): string {
  const short = spec.short ? `\`${spec.short}\` ` : '';
  const value = spec.placeholder ? ` <${spec.placeholder}>` : '';
  const escaped = optionHelp(spec).replaceAll('<', '&lt;').replaceAll('|', '\\|');
  return `| ${short}\`${spec.flag}${value}\` | ${escaped} | ${spec.commands.join(', ')} |`;
}

/** The options by task, as Markdown tables: what README shows is what the program does. */
export function optionsTable(): string {
  const tasks = [...new Set(OPTIONS.map((o) => o.task))];
  const sections = tasks.map((task) => {
    const rows = OPTIONS.filter((o) => o.task === task).map(row);
    return [
      `#### ${task}`,
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
