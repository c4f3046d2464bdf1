import { readPicture } from '../../frames/picture_file.js';
import type { Picture } from '../../picture.js';
import { type Job, type JobOptions, startJob } from '../job.js';
import type { StillOptions } from '../options/options.js';
import { checkedPath } from '../options/settings.js';
import { paintSeveral } from '../paint_several.js';
import { SweepFolder, type SweepResult, type SweptVariant } from './sweep_folder.js';
import { variantsOf } from './variants.js';

/**
 * Paints a photo once for every combination of some options' values, and sets the pictures on one sheet with what they
 * were painted with. The sheet is written anew after each picture.
 *
 * Throws nothing itself: the job fails, with an `NstError` of one of the kinds of `EXIT_CODES`.
 *
 * @param photo The picture's file.
 * @param options Those of `renderStill`; `output` is a folder, by default `photo.sweep` beside the photo.
 * @param sweeps What is tried: `style-weight=10,100,1000`, `style=a.jpg,b.jpg`; the last one runs along the rows.
 *   Between values that have commas in them stand semicolons: `iterations=40,15;120,40`.
 * @param jobOptions What stops the job.
 */
export function sweepStill(
  photo: string,
  options: Partial<StillOptions>,
  sweeps: readonly string[],
  jobOptions: JobOptions = {},
): Job<SweepResult> {
  return startJob(async (context) => {
    const began = performance.now();
    const { list, columns } = variantsOf('image', options, sweeps);
    const folder = await SweepFolder.open(
      checkedPath(photo, 'picture'),
      options.output,
      options.overwrite === true,
    );
    const files = list.map((variant, k) => folder.file(k, variant, '.png'));
    const pictures: (Picture | undefined)[] = list.map(() => undefined);
    const swept: SweptVariant[] = [];
    const paintings = list.map(
      (variant, k) => ({ ...variant.options, output: files[k] }) as StillOptions & { output: string },
    );
    await paintSeveral(photo, paintings, context, async ({ energy, output }, k) => {
      const { label, set } = list[k];
      swept.push({ label, set, path: output, energy });
      pictures[k] = await readPicture(output);
      await folder.writeSheet(
        pictures,
        list.map((variant) => variant.lines),
        columns,
      );
    });
    await folder.finish(swept);
    const seconds = (performance.now() - began) / 1000;
    context.emit({ type: 'done', output: folder.sheet, frames: list.length, seconds });
    return { output: folder.sheet, variants: swept, seconds };
  }, jobOptions);
}
