import { NstError } from '../error.js';
import type { Expr } from './expr.js';
import { elementCount, formatShape } from './shape.js';

/** Throws `NstError` bug FEED_INVALID unless every input, and nothing else, is fed with as many values as it holds. */
export function checkFeeds(
  inputs: readonly Expr<'input'>[],
  feeds: Readonly<Record<string, { readonly length: number }>>,
): void {
  const known = new Set(inputs.map((expr) => expr.attrs.name));
  const unknown = Object.keys(feeds).find((name) => !known.has(name));
  if (unknown !== undefined)
    throw feedError(unknown, `one of ${[...known].join(', ')}`, 'an input of that name');
  for (const { attrs, shape } of inputs) {
    const data = feeds[attrs.name];
    const expected = `${elementCount(shape)} values for ${formatShape(shape)}`;
    if (!data) throw feedError(attrs.name, expected, 'nothing');
    if (data.length !== elementCount(shape)) throw feedError(attrs.name, expected, `${data.length}`);
  }
}

function feedError(name: string, expected: string, found: string): NstError {
  return new NstError('bug', 'FEED_INVALID', `input ${name}: expected ${expected}, found ${found}`);
}
