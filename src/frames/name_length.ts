import { createHash } from 'node:crypto';

/** Bytes of a name that every common file system takes. */
const LONGEST = 255;

/**
 * `stem` and `suffix` as one name of a file; where that would be longer than file systems allow, with less of the stem and
 * eight digits that tell it from other stems that begin alike.
 * @param room Bytes to leave for what is added to the name later.
 */
export function fittingName(stem: string, suffix: string, room = 0): string {
  const bytes = LONGEST - room - Buffer.byteLength(suffix);
  if (Buffer.byteLength(stem) <= bytes) return stem + suffix;
  const digits = createHash('sha256').update(stem).digest('hex').slice(0, 8);
  let kept = '';
  let left = bytes - digits.length - 1;
  for (const character of stem) {
    left -= Buffer.byteLength(character);
    if (left < 0) break;
    kept += character;
  }
  return `${kept}~${digits}${suffix}`;
}
