import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { drawingText } from './drawing.js';
import { LIMITED } from './picture_limit.js';

/** The process of drawPng: writes the drawing of a file as PNG to its output. */
async function draw(path: string, longSide: number): Promise<Buffer> {
  const drawing = sharp(drawingText(readFileSync(path)), LIMITED);
  const { width, height } = await drawing.metadata();
  if (Math.max(width, height) > longSide)
    drawing.resize({ width: longSide, height: longSide, fit: 'inside' });
  return drawing.png().toBuffer();
}

const [, , path, longSide] = process.argv;
draw(path, Number(longSide)).then(
  (png) => process.stdout.write(png),
  (error) => {
    process.stderr.write(`${String(error.message).split('\n')[0]}\n`);
    process.exitCode = 3;
  },
);
