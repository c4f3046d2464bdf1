/** Width of what is printed for people. */
const WIDTH = 80;

/**
 * A label with its text beside it, broken between words to fit 80 columns; a word that is longer stays whole, so
 * that paths and commands can be copied.
 */
export function columns(label: string, text: string, indent = 11): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line && indent + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = '';
    }
    line = line ? `${line} ${word}` : word;
  }
  lines.push(line);
  return lines.map((text, i) => (i === 0 ? label : '').padEnd(indent) + text);
}
