import type { CompletedCommand, Offer } from './completion_model.js';

const quoted = (text: string): string => `'${text.replace(/['\\]/g, (c) => `\\${c}`)}'`;

function offer({ words, path }: Offer): string {
  const folders = path === 'folder' ? ['(__fish_complete_directories)'] : [];
  const said = [...words, ...folders];
  const list = said.length > 0 ? ` -a ${quoted(said.join(' '))}` : '';
  return `${path === 'file' ? '-r -F' : '-x'}${list}`;
}

/** A completion script for fish 3 and later. */
export function fishCompletion(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap(({ name, options, commands: below, argument }) => {
    const here = `complete -c nst-video -n "__nst_video_at ${quoted(name)}"`;
    const first = `complete -c nst-video -n "__nst_video_at ${quoted(name)} first"`;
    return [
      ...options.map(({ flags, about, value }) => {
        const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag[1]}`));
        return `${here} ${names.join(' ')}${value ? ` ${offer(value)}` : ''} -d ${quoted(about)}`;
      }),
      ...below.map(({ word, about }) => `${first} -a ${word} -d ${quoted(about)}`),
      ...(argument?.path ? [`${first} -F`] : []),
      ...(argument && argument.words.length > 0 ? [`${first} -a ${quoted(argument.words.join(' '))}`] : []),
    ];
  });
  const names = commands.slice(1).map(({ name }) => quoted(name));
  const valued = commands.flatMap(({ options }) => options.filter((o) => o.value).flatMap((o) => o.flags));
  return `# Completion of nst-video in fish. To load it:  nst-video completion fish | source
# To keep it:  nst-video completion fish > ~/.config/fish/completions/nst-video.fish

# Whether the words before the cursor end in command $argv[1]; with "first", whether its first argument is yet to come.
function __nst_video_at
    set -l at nst-video
    set -l operands 0
    set -l before ''
    set -l words (commandline -opc)
    set -e words[1]
    for word in $words
        if contains -- "$before" ${[...new Set(valued)].join(' ')}
            set before ''
            continue
        end
        set before $word
        string match -q -- '-*' $word; and continue
        if test $operands -eq 0; and contains -- "$at $word" ${names.join(' ')}
            set at "$at $word"
        else
            set operands (math $operands + 1)
        end
    end
    test "$at" = "$argv[1]"; or return 1
    test "$argv[2]" != first; or test $operands -eq 0
end

complete -c nst-video -f
${lines.join('\n')}
`;
}
