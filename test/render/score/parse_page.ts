import { expect } from 'vitest';

/** A page as a strict reader finds it. */
export interface ParsedPage {
  count(tag: string): number;
  attributes(tag: string, name: string): string[];
  readonly text: string;
}

const TAG = /<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g;

/** Reads a page whose tags are all closed and nested; fails the test where they are not, or where a "<" is stray. */
export function parsePage(html: string): ParsedPage {
  expect(html.startsWith('<!DOCTYPE html>\n')).toBe(true);
  const body = html.slice('<!DOCTYPE html>\n'.length);
  const open: string[] = [];
  const elements: { tag: string; attributes: Record<string, string> }[] = [];
  for (const [, closing, tag, attributes, empty] of body.matchAll(TAG)) {
    if (closing) expect(open.pop()).toBe(tag);
    else {
      if (!empty) open.push(tag);
      const pairs = [...attributes.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]);
      elements.push({ tag, attributes: Object.fromEntries(pairs) });
    }
  }
  expect(open).toEqual([]);
  const text = body.replace(TAG, ' ');
  expect(text).not.toContain('<');
  expect(text.replace(/&(?:amp|lt|gt|quot|#39);/g, '')).not.toContain('&');
  return {
    count: (tag) => elements.filter((e) => e.tag === tag).length,
    attributes: (tag, name) => elements.filter((e) => e.tag === tag).map((e) => e.attributes[name]),
    text,
  };
}
