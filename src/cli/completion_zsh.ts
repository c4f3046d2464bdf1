import type { CompletedCommand, CompletedOption, Offer } from './completion_model.js';

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
const inBrackets = (text: string): string => text.replace(/[[\]:\\]/g, (c) => `\\${c}`);

function action({ words, path }: Offer): string {
  const files = path === 'folder' ? '_files -/' : '_files';
  if (words.length === 0) return path ? files : ' ';
  return path ? ` _nst_video_or_file ${words.join(' ')}` : `(${words.join(' ')})`;
}

function argument({ flags, about, repeats, value }: CompletedOption): string {
  const tail = quoted(`[${inBrackets(about)}]${value ? `:value:${action(value)}` : ''}`);
  // `--style=x` and `--style x`, `-sx` and `-s x`.
  const typed = flags.map((flag) => (value ? `${flag}${flag.startsWith('--') ? '=' : '+'}` : flag));
  const names = typed.length > 1 ? `{${typed.join(',')}}` : typed[0];
  if (repeats) return `'*'${names}${tail}`;
  return flags.length > 1 ? `'(${flags.join(' ')})'${names}${tail}` : `${names}${tail}`;
}

/** What may follow a command that has commands of its own: one of them, or its argument. */
function startFunction({ commands, argument: files }: CompletedCommand, name: string): string {
  const words = commands.map(({ word, about }) => `    ${quoted(`${word}:${about}`)}`).join('\n');
  return `${name}() {
  local -a commands=(
${words}
  )
  _describe -t commands command commands${files ? '\n  _files' : ''}
}
`;
}

/** A completion script for zsh, for its function path or to be sourced. */
export function zshCompletion(commands: readonly CompletedCommand[]): string {
  const starts: string[] = [];
  const branches = commands.map((command) => {
    const specs = command.options.map(argument);
    if (command.commands.length > 0) {
      const name = `_${command.name.replaceAll(/[ -]/g, '_')}_start`;
      starts.push(startFunction(command, name));
      specs.push(quoted(`1: : ${name}`));
    } else if (command.argument) specs.push(quoted(`1:argument:${action(command.argument)}`));
    return `    (${quoted(command.name)})\n      _arguments -s \\\n${specs.map((s) => `        ${s}`).join(' \\\n')}\n      ;;`;
  });
  const names = commands.slice(1).map(({ name }) => quoted(name));
  return `#compdef nst-video
# Completion of nst-video in zsh. To load it, after compinit:  source <(nst-video completion zsh)
# To keep it, put it into a folder of $fpath:  nst-video completion zsh > ~/.zfunc/_nst-video

_nst_video_or_file() {
  _alternative "names:name:($*)" 'files:file:_files'
}

${starts.join('\n')}
_nst_video() {
  local at=nst-video
  while ((CURRENT > 2)); do
    case "$at $words[2]" in
      (${names.join('|')})
        at="$at $words[2]"
        shift words
        ((CURRENT--))
        ;;
      (*) break ;;
    esac
  done
  case $at in
${branches.join('\n')}
  esac
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _nst_video "$@"
else
  compdef _nst_video nst-video
fi
`;
}
