import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeFrame } from '../../../dist/frames/picture_file.js';
import { probe } from '../../../dist/frames/probe.js';
import { createPicture } from '../../../dist/picture.js';
import { readPainting } from '../../../dist/render/work/damage.js';
import { SourceFrames } from '../../../dist/render/work/source_frames.js';
import { WorkFolder } from '../../../dist/render/work/work_folder.js';
import { clip, scratchFolder } from '../../support/program.js';

const folder = new WorkFolder(join(scratchFolder(), 'a.nst'));
await folder.createFolders();
const flip = (file: string) => {
  const bytes = readFileSync(file);
  bytes[bytes.length >> 1] ^= 1;
  writeFileSync(file, bytes);
};

it('decodes a damaged frame of the film again, the same, with one note', async () => {
  const media = await probe(clip);
  const notes: string[] = [];
  const open = () => {
    const { signal } = new AbortController();
    const size = { width: 64, height: 36 };
    return new SourceFrames(folder, media, size, [0, 1], signal, { warn: (m) => notes.push(m) });
  };
  const first = open();
  const whole = await first.get(1);
  await first.close();
  const bytes = readFileSync(folder.frame(1));
  flip(folder.frame(1));
  const again = open();
  expect(await Promise.all([again.get(1), again.get(1)])).toEqual([whole, whole]);
  await again.close();
  expect(readFileSync(folder.frame(1))).toEqual(bytes);
  expect(notes).toEqual([expect.stringMatching(/000001\.png.*damaged.*decoded again/)]);
});

it('names a damaged painting and the option that paints it again', async () => {
  await writeFrame(folder.stylised(3), createPicture(8, 8));
  flip(folder.stylised(3));
  await expect(readPainting(folder.stylised(3))).rejects.toMatchObject({
    ...{ kind: 'input', code: 'FRAME_UNREADABLE' },
    message: expect.stringMatching(/000003\.png.*damaged.*--from-frame 3/),
  });
});
