import { type ChannelLook, channelLook } from '../../temporal/fresh_look.js';
import type { Paintings } from '../work/paintings.js';
import type { WorkFolder } from '../work/work_folder.js';
import type { Link } from './chain.js';

/** The looks of the frames that were painted afresh, as they are stored: what following frames are pulled towards. */
export class FreshLooks {
  #first: number | undefined;
  #look: Promise<ChannelLook> | undefined;

  constructor(
    private readonly folder: Pick<WorkFolder, 'stylised'>,
    private readonly paintings: Pick<Paintings, 'has' | 'read'>,
  ) {}

  /** A frame is about to be painted afresh. */
  begin(frame: number): void {
    this.#first = frame;
    this.#look = undefined;
  }

  /** The number and the look of the frame that a following frame's chain began with: no frame between is missing. */
  async of({ frame, shot }: Pick<Link, 'frame' | 'shot'>): Promise<{ frame: number; look: ChannelLook }> {
    if (this.#first === undefined || this.#first < shot.first || this.#first >= frame) {
      let first = frame - 1;
      while (first > shot.first && this.paintings.has(this.folder.stylised(first - 1))) first--;
      this.begin(first);
    }
    const first = this.#first!;
    this.#look ??= this.paintings.read(this.folder.stylised(first)).then(channelLook);
    return { frame: first, look: await this.#look };
  }
}
