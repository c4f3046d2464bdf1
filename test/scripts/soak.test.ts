import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ffmpeg, scratchFolder } from '../support/program.js';

const script = (path: string) => fileURLToPath(new URL(`../../scripts/${path}`, import.meta.url));
const { compare } = await import(script('soak/compare.mjs'));
const folder = scratchFolder();

/** A work folder and an output, as far as they are looked at. */
function makeRun(name: string): string {
  const base = join(folder, name);
  for (const made of ['stylised', 'passes/01']) mkdirSync(join(`${base}.nst`, made), { recursive: true });
  for (const frame of ['stylised/000000.png', 'stylised/000001.png', 'passes/01/000000.png'])
    writeFileSync(join(`${base}.nst`, frame), frame);
  ffmpeg('-f', 'lavfi', '-i', 'testsrc=size=64x48:rate=5:duration=1', `${base}.mp4`);
  return base;
}

describe('the comparison of the soak', () => {
  const whole = makeRun('whole');
  const copy = (name: string) => {
    const base = join(folder, name);
    cpSync(`${whole}.nst`, `${base}.nst`, { recursive: true });
    cpSync(`${whole}.mp4`, `${base}.mp4`);
    return base;
  };

  it('finds nothing where all is equal', () => {
    expect(compare(copy('equal'), whole)).toEqual({ problems: [], frames: 3 });
  });

  it('names frames that differ, are missing or too many, and what is half-written', () => {
    const base = copy('wrong');
    writeFileSync(join(`${base}.nst`, 'stylised/000001.png'), 'other');
    writeFileSync(join(`${base}.nst`, 'passes/01/000001.png'), 'more');
    writeFileSync(join(`${base}.nst`, 'stylised/.000002.png.tmp-1'), 'half');
    expect(compare(base, whole).problems).toEqual([
      'passes/01/000001.png is there, and not in an undisturbed run',
      'stylised/000001.png differs',
      'stylised/.000002.png.tmp-1 is left over',
    ]);
    const empty = copy('empty');
    rmSync(join(`${empty}.nst`, 'passes/01/000000.png'));
    ffmpeg('-f', 'lavfi', '-i', 'testsrc=size=64x48:rate=5:duration=1', '-vf', 'negate', `${empty}.mp4`);
    expect(compare(empty, whole).problems).toEqual([
      'passes/01/000000.png is missing',
      'the output decodes differently',
    ]);
  });
});
