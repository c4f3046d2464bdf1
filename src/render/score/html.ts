const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML and XML have it, in contents and in attributes. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

/** A table with a row of headings; the first column names its row. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = headings.map((text) => `<th scope="col">${escapeText(text)}</th>`).join('');
  const body = rows.map(
    ([name, ...rest]) =>
      `<tr><th scope="row">${escapeText(name)}</th>${rest.map((content) => `<td>${escapeText(content)}</td>`).join('')}</tr>`,
  );
  return `<table><thead><tr>${head}</tr></thead><tbody>\n${body.join('\n')}\n</tbody></table>`;
}

/** A picture in a file beside the page, with its caption; clicking it shows the file itself. */
export function figure(file: string, caption: string): string {
  const [source, text] = [escapeText(file), escapeText(caption)];
  return `<figure><a href="${source}"><img src="${source}" alt="${text}" loading="lazy"/></a><figcaption>${text}</figcaption></figure>`;
}

/** A whole page that needs nothing from outside and runs nothing; well-formed as XML too. */
export function page(title: string, style: string, body: readonly string[]): string {
  return [
    '<!DOCTYPE html>',
    '<html lang="en">',
    `<head><meta charset="utf-8"/><meta name="viewport" content="width=device-width, initial-scale=1"/><title>${escapeText(title)}</title>`,
    `<style>${style}</style></head>`,
    '<body>',
    ...body,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}
