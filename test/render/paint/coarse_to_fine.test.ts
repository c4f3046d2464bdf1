import { existsSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { createOnnxRuntime } from '../../../dist/engine/index.js';
import { decodeFrames } from '../../../dist/frames/decode.js';
import { probe } from '../../../dist/frames/probe.js';
import { resizePicture } from '../../../dist/frames/resize.js';
import { DEFAULT_FORM } from '../../../dist/nst/energy_form.js';
import { EnergySessions } from '../../../dist/nst/energy_sessions.js';
import { loadNetwork } from '../../../dist/nst/network.js';
import { FrameSolver } from '../../../dist/nst/solver.js';
import type { Picture } from '../../../dist/picture.js';
import { DEFAULTS } from '../../../dist/render/options/defaults.js';
import { iterationsOf, ladder, paintFresh } from '../../../dist/render/paint/coarse_to_fine.js';
import { readStyles } from '../../../dist/render/paint/style_pictures.js';
import { litePath, sharedFile } from '../../nst/shared_data.js';
import { clip, painting } from '../../support/program.js';

describe('ladder', () => {
  const sides = (width: number, height: number, coarsest: number) =>
    ladder({ width, height }, coarsest).map((s) => `${s.width}x${s.height}`);

  it('begins at the same size whatever the last', () => {
    expect(sides(640, 360, 160)).toEqual(['160x90', '320x180', '640x360']);
    expect(sides(320, 180, 160)).toEqual(['160x90', '320x180']);
    expect(sides(480, 270, 160)).toEqual(['160x90', '277x156', '480x270']);
    expect(sides(360, 640, 160)).toEqual(['90x160', '180x320', '360x640']);
  });

  it('has one step for drafts, and for coarsest 0', () => {
    expect(sides(160, 90, 160)).toEqual(['160x90']);
    expect(sides(220, 124, 160)).toEqual(['220x124']);
    expect(sides(96, 54, 160)).toEqual(['96x54']);
    expect(sides(640, 360, 0)).toEqual(['640x360']);
  });

  it('leaves out sizes too small for the network', () => {
    expect(sides(640, 50, 160)).toEqual(['320x25', '640x50']);
  });
});

describe('iterationsOf', () => {
  it('gives the first size all, later ones half', () => {
    expect(iterationsOf(1, 41)).toEqual([41]);
    expect(iterationsOf(3, 41)).toEqual([41, 21, 21]);
  });
});

const vggPath = sharedFile('networks/vgg19_conv.safetensors');

describe('a first frame', async () => {
  const settings = { ...DEFAULTS, iterations: { first: 30, next: 0 }, tolerance: 0 };
  const frameAt = async (width: number, height: number): Promise<Picture> => {
    const media = await probe(clip);
    for await (const { picture } of decodeFrames(media, { width, height, ranges: [{ first: 20, last: 20 }] }))
      return picture;
    throw new Error('the clip has no frame 20');
  };
  const solver = await FrameSolver.start({ networkPath: litePath, threads: 1 });
  afterAll(() => solver.close());

  const painted = async (width: number, coarsest: number) => {
    const content = await frameAt(width, (width * 9) / 16);
    const styles = await readStyles({ ...DEFAULTS, style: [painting] }, content, () => undefined);
    await solver.setStyles(styles);
    const seen: number[] = [];
    let total = 0;
    const solved = await paintFresh(
      { solver, content, styles, at: { frame: 0, place: 1, frames: 1 } },
      { ...settings, coarsest },
      {
        emit: (event) => {
          if (event.type !== 'iteration') return;
          seen.push(event.iteration);
          total = event.iterations;
        },
        signal: new AbortController().signal,
      },
    );
    return { solved, seen, total };
  };

  it('counts its iterations on over all sizes', async () => {
    const { solved, seen, total } = await painted(192, 96);
    expect(total).toBe(45);
    expect(seen).toEqual(Array.from({ length: 47 }, (_, i) => (i <= 30 ? i : i - 1)));
    expect(solved.coarser.map((c) => [c.width, c.height, c.iterations.length])).toEqual([[96, 54, 31]]);
    expect(solved.energies.map((r) => r.iteration)).toEqual(seen.slice(31));
    expect(solved.picture.width).toBe(192);
  });

  it.skipIf(!existsSync(vggPath))(
    'looks as its draft does: VGG-19 sees less between them (skipped where ../shared is absent)',
    async () => {
      const [width, height] = [96, 54];
      const shown = (p: Picture) => {
        const small = resizePicture(p, width, height);
        return { ...small, data: small.data.map((v) => Math.min(255, Math.max(0, v))) };
      };
      const draft = shown((await painted(width, 96)).solved.picture);
      const judge = new EnergySessions(
        await loadNetwork(vggPath),
        createOnnxRuntime({ threads: 1 }),
        DEFAULT_FORM,
      );
      await judge.setStyles([{ picture: draft, weight: 1 }]);
      const distance = await judge.energyOf({
        content: draft,
        weights: { content: 5, style: 100, temporal: 0, tv: 0 },
      });
      const from = async (coarsest: number) =>
        (await distance(shown((await painted(192, coarsest)).solved.picture).data)).energy;
      const [coarseToFine, atOnce] = [await from(96), await from(0)];
      await judge.dispose();
      expect(coarseToFine).toBeLessThan(0.9 * atOnce);
    },
  );
});
