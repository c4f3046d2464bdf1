import { writeAtomic } from '../../frames/atomic.js';
import { encodePng } from '../../frames/picture_file.js';
import type { Picture } from '../../picture.js';
import { isThere } from '../../there.js';
import { readPainting } from './damage.js';
import { asStored } from './source_frames.js';

/**
 * Painted frames on their way into a work folder, and out of it. They are written one after the other in the order
 * they were painted, while the next is painted: whoever asks for one that is still on its way gets it with the values
 * that its file will have. So a run sees what a resumed one sees, and a file is never there before those it was made of.
 */
export class Paintings {
  readonly #onTheirWay = new Map<string, Picture>();
  #last: Promise<void> = Promise.resolve();

  /** @param failed Told at once of a painting that cannot be written, before whoever waits for it. */
  constructor(private readonly failed: (error: unknown) => void) {}

  /**
   * Takes a painting, to be written to `path` when all before it are and `before` has resolved.
   * @returns when it is written; rejects where this or an earlier one could not be.
   */
  store(path: string, picture: Picture, before: () => Promise<void>): Promise<void> {
    const stored = asStored(picture);
    this.#onTheirWay.set(path, stored);
    const encoded = encodePng(stored, 16);
    // Nobody waits for it where an earlier one fails.
    encoded.catch(() => {});
    this.#last = this.#last.then(before).then(async () => {
      await writeAtomic(path, await encoded);
      this.#onTheirWay.delete(path);
    });
    this.#last.catch(this.failed);
    return this.#last;
  }

  /** Whether a painting is stored or on its way. */
  has(path: string): boolean {
    return this.#onTheirWay.has(path) || isThere(path);
  }

  /** A painting as it is stored, or will be; throws as `readPainting`. */
  async read(path: string): Promise<Picture> {
    return this.#onTheirWay.get(path) ?? readPainting(path);
  }
}
