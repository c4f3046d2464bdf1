import { readFileSync } from 'node:fs';

/** What docs/events.md says of each event: by type its fields, by field its type, `?` where it may be absent. */
export function documentedEvents(): Record<string, Record<string, string>> {
  const text = readFileSync(new URL('../../docs/events.md', import.meta.url), 'utf8');
  const [, ...sections] = text.split(/^## /m);
  return Object.fromEntries(
    sections.map((section) => {
      const rows = [...section.matchAll(/^\| `(\w+)` \| (\w+\??) \|/gm)];
      return [section.split('\n')[0], Object.fromEntries(rows.map(([, field, type]) => [field, type]))];
    }),
  );
}
