import type { CompletedCommand, Offer } from './completion_model.js';

function offer({ words, path }: Offer): string {
  const said = words.length > 0 ? [`_nst_video_words '${words.join(' ')}'`] : [];
  if (path) said.push(`_nst_video_paths ${path === 'folder' ? '-d' : '-f'}`);
  return said.join('; ') || ':';
}

/** Cases with the same answer become one. */
function cases(pairs: readonly (readonly [pattern: string, answer: string])[], indent: string): string {
  const byAnswer = new Map<string, string[]>();
  for (const [pattern, answer] of pairs)
    byAnswer.set(answer, [...(byAnswer.get(answer) ?? []), `'${pattern}'`]);
  return [...byAnswer]
    .map(([answer, patterns]) => `${indent}${patterns.join(' | ')}) ${answer} ;;`)
    .join('\n');
}

/** A completion script for bash 3.2 and later, which needs no other package. */
export function bashCompletion(commands: readonly CompletedCommand[]): string {
  const values = commands.flatMap(({ name, options }) =>
    options.flatMap(({ flags, value }) =>
      value ? flags.map((flag): [string, string] => [`${name} ${flag}`, offer(value)]) : [],
    ),
  );
  const options = commands.map(({ name, options: all }): [string, string] => [
    name,
    `_nst_video_words '${all.flatMap((o) => o.flags).join(' ')}'`,
  ]);
  const operands = commands.map(({ name, commands: below, argument }): [string, string] => [
    name,
    offer({ words: [...below.map((c) => c.word), ...(argument?.words ?? [])], path: argument?.path }),
  ]);
  const names = commands.slice(1).map(({ name }): [string, string] => [name, 'at="$at $word"; continue']);
  return `# Completion of nst-video in bash. To load it:  source <(nst-video completion bash)
# To keep it:  nst-video completion bash > ~/.local/share/bash-completion/completions/nst-video

_nst_video_words() {
  local word
  for word in $1; do
    [[ $word == "$cur"* ]] && COMPREPLY+=("$word")
  done
}

_nst_video_paths() {
  local path
  while IFS= read -r path; do COMPREPLY+=("$path"); done < <(compgen "$1" -- "$cur")
  compopt -o filenames 2>/dev/null
}

# Answers for the value of option $2 of command $1; fails where that option takes none.
_nst_video_value() {
  case "$1 $2" in
${cases(values, '    ')}
    *) return 1 ;;
  esac
}

_nst_video() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]}
  local at=nst-video word before='' operands=0 i
  COMPREPLY=()
  # bash takes --option=value apart at the =.
  if [[ $cur == = ]]; then cur=''; elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ $word == -* || $word == = ]]; then
      [[ $word == = ]] || before=$word
      continue
    fi
    if [[ $before ]] && cur='' _nst_video_value "$at" "$before"; then
      before=''
      continue
    fi
    before=''
    if ((operands == 0)); then
      case "$at $word" in
${cases(names, '        ')}
      esac
    fi
    operands=$((operands + 1))
  done
  COMPREPLY=()
  _nst_video_value "$at" "$prev" && return
  if [[ $cur == -* ]]; then
    case $at in
${cases(options, '      ')}
    esac
  elif ((operands == 0)); then
    case $at in
${cases(operands, '      ')}
    esac
  fi
}

complete -F _nst_video nst-video
`;
}
