import { drawingText } from './drawing.js';

/** Own parts, data in the file itself, and addresses of the web, which the decoder never fetches. */
const HARMLESS = '(?!\\s*(?:#|data:|https?:|mailto:))';
const ELSEWHERE = new RegExp(
  [
    `(?:href|src)\\s*=\\s*(["'])${HARMLESS}(?!\\s*\\1)`,
    `url\\(\\s*["']?${HARMLESS}`,
    `@import\\s*["']`,
    '<!(?:ENTITY|DOCTYPE)[^>\\[]*\\bSYSTEM\\b',
  ].join('|'),
  'i',
);

/** Whether a drawing (SVG, perhaps gzipped) takes parts from other files: its own bytes do not tell then how it looks. */
export function refersElsewhere(svg: Buffer): boolean {
  const bytes = drawingText(svg);
  const utf16 = bytes[0] === 0xff || bytes[0] === 0xfe || bytes[1] === 0;
  return ELSEWHERE.test(utf16 ? bytes.toString('latin1').replaceAll('\0', '') : bytes.toString('utf8'));
}
