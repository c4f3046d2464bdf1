import type { JobContext } from './job.js';
import type { StillOptions } from './options/options.js';
import { renderStill, type StillResult } from './render_still.js';

/**
 * Paints a photo several ways, one after the other. Each picture is a frame of the job: its evaluations are told as
 * such, and what there is to note once.
 *
 * @throws NstError what the painting of one fails with.
 */
export async function paintSeveral(
  photo: string,
  pictures: readonly (StillOptions & { readonly output: string })[],
  { emit, signal }: JobContext,
  painted: (result: StillResult, k: number) => Promise<void> | void = () => undefined,
): Promise<void> {
  const noted = new Set<string>();
  for (const [k, options] of pictures.entries()) {
    const at = { frame: k, place: k + 1, frames: pictures.length };
    const job = renderStill(photo, { ...options, overwrite: true }, { signal });
    for await (const event of job) {
      if (event.type === 'iteration') emit({ ...event, ...at });
      else if (event.type === 'note' && !noted.has(event.message)) {
        noted.add(event.message);
        emit(event);
      } else if (event.type === 'download') emit(event);
    }
    const result = await job.result;
    const { energy, terms, iterations, seconds, output: path } = result;
    const start = energy === undefined ? 'unpainted' : 'first';
    emit({ type: 'frame', ...at, start, energy, terms, iterations, seconds, path });
    await painted(result, k);
  }
}
