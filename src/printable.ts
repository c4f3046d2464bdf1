/** Characters that move the cursor, colour, hide or reorder text: controls, separators, marks of direction, halves of pairs. */
const UNPRINTABLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to find
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Longest text of others that a message repeats, characters. */
const LONGEST = 200;

/**
 * Text of others (metadata, names of files and tensors, words of servers and decoders) as terminals and logs may show
 * it: one line, control characters as escapes such as `\x1b`, cut at `longest` characters. Never throws.
 */
export function printable(text: string, longest = LONGEST): string {
  const cut = text.length > longest;
  const kept = (cut ? text.slice(0, longest - 1) : text).replace(UNPRINTABLE, escaped);
  return cut ? `${kept}…` : kept;
}

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
