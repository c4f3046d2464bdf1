import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { createOnnxRuntime } from '../../dist/engine/index.js';
import { contactSheet } from '../../dist/frames/contact_sheet.js';
import { decodeFrames } from '../../dist/frames/decode.js';
import { probe } from '../../dist/frames/probe.js';
import { resizePicture } from '../../dist/frames/resize.js';
import { writeStill } from '../../dist/frames/still_file.js';
import { DEFAULT_FORM } from '../../dist/nst/energy_form.js';
import { EnergySessions } from '../../dist/nst/energy_sessions.js';
import { loadNetwork } from '../../dist/nst/network.js';
import { FrameSolver } from '../../dist/nst/solver.js';
import { shippedPath } from '../../dist/render/networks/network_path.js';
import { resolveSettings } from '../../dist/render/options/settings.js';
import { paintFresh } from '../../dist/render/paint/coarse_to_fine.js';
import { readStyles } from '../../dist/render/paint/style_pictures.js';

const assets = fileURLToPath(new URL('../../assets', import.meta.url));
const FRAMES = [20, 40];
const DRAFT = 160;
const FINAL = 480;
const JUDGED = { content: 5, style: 100, temporal: 0, tv: 0 };

async function frameAt(index, width) {
  const size = { width, height: (width * 9) / 16 };
  const media = await probe(join(assets, 'bunny.mp4'));
  for await (const { picture } of decodeFrames(media, { ...size, ranges: [{ first: index, last: index }] }))
    return picture;
}

const stylesFor = (content) =>
  readStyles(resolveSettings('film', { style: join(assets, 'wave.jpg') }), content, () => {});

/** As an 8-bit file would show it, at the size of the draft. */
function shownSmall(picture) {
  const small = resizePicture(picture, DRAFT, (DRAFT * 9) / 16);
  return { ...small, data: small.data.map((v) => Math.min(255, Math.max(0, v))) };
}

/** Content and style energy of `picture` towards a content and a painting, as VGG-19 sees them. */
async function judged(vgg, runtime, picture, content, painting) {
  const sessions = new EnergySessions(vgg, runtime, DEFAULT_FORM);
  await sessions.setStyles([{ picture: painting, weight: 1 }]);
  const { terms } = await (await sessions.energyOf({ content, weights: JUDGED }))(picture.data);
  await sessions.dispose();
  const style = DEFAULT_FORM.styleLayers.reduce((sum, l) => sum + 100 * terms[`style.${l}`], 0);
  return [5 * terms['content.relu4_2'], style].map((v) => (v / 1e6).toFixed(2)).join(' + ');
}

/** docs/draft.jpg: a draft, the same settings at full size at once, and coarse to fine; prints what VGG-19 says. */
export async function draftSheet(docs, shared) {
  const vggPath = join(shared, 'networks/vgg19_conv.safetensors');
  const vgg = existsSync(vggPath) ? await loadNetwork(vggPath) : undefined;
  const runtime = createOnnxRuntime({ threads: 2 });
  const solver = await FrameSolver.start({ networkPath: shippedPath('lite'), threads: 2 });
  const rows = [];
  for (const index of FRAMES) {
    const row = [];
    for (const [width, coarsest] of [
      [DRAFT, DRAFT],
      [FINAL, 0],
      [FINAL, DRAFT],
    ]) {
      const content = await frameAt(index, width);
      const styles = await stylesFor(content);
      await solver.setStyles(styles);
      const settings = resolveSettings('film', { coarsest: String(coarsest) });
      const frame = { solver, content, styles, at: { frame: index, place: 1, frames: 1 } };
      const { picture } = await paintFresh(frame, settings, { emit() {}, signal: undefined });
      row.push(picture);
      if (!vgg) continue;
      const small = shownSmall(picture);
      const draft = shownSmall(row[0]);
      const source = await frameAt(index, DRAFT);
      const [{ picture: painting }] = await stylesFor(source);
      console.log(
        `frame ${index}, ${width} px, begun at ${coarsest || width}: content + style (millions) ${await judged(vgg, runtime, small, source, painting)}, from the draft ${await judged(vgg, runtime, small, draft, draft)}`,
      );
    }
    rows.push(row);
  }
  await solver.close();
  const scratch = mkdtempSync(join(tmpdir(), 'nst-docs-'));
  const sheet = join(scratch, 'draft.png');
  await writeStill(sheet, contactSheet(rows, { cellWidth: 400 }));
  // Stills are written for the best quality; a page of docs is to load quickly.
  await sharp(sheet).jpeg({ quality: 75 }).toFile(join(docs, 'draft.jpg'));
  rmSync(scratch, { recursive: true });
  console.log('docs/draft.jpg: draft, full size at once, coarse to fine');
}
