import { luma, type Picture } from '../picture.js';
import { BLANK_ENDS, BLANK_SPREAD, lightOf } from './light.js';
import { difference, type EstimateFlow, type Look, shiftedDifference } from './likeness.js';
import { localContrast } from './local_contrast.js';
import type { ShotStart } from './shots.js';

/** How many frames before and after a frame have a say in whether it begins a shot. */
export const REACH = 6;

/** A difference above this is one of content: motion leaves less, another shot more. */
const FOREIGN = 0.5;
/** The same of frames so dim that little is left to differ, where one picture fades out and another in. */
const DIM_FOREIGN = 0.25;
/** Where all frames differ by more than a little, as with coarse grain, a cut must stand out by this. */
const STANDS_OUT = 0.12;
/** Pictures of different things hardly differ by less than this. */
const SURELY_FOREIGN = 0.6;
/** Frames that differ by less show the same, a few frames later. */
const SAME = 0.45;
/** Frames on either side whose differences say how much frames differ here. */
const NEIGHBOURS = 4;
/** Share of the spread around it below which a frame is one of a fade. */
const FADED = 0.6;
/** Share of the spread around it that a frame has at least while nothing fades. */
const STEADY = 0.8;
/** Plain pictures are told apart by their mean colour alone, grey levels. */
const PLAIN_SPREAD = 6;
const PLAIN_DIFFERENCE = 20;
/** Light: no more than this share of the frame goes the other way, by more than this many grey levels. */
const AGAINST = 0.05;
const AGAINST_BY = 10;

/** One frame, as far as cuts are concerned. */
interface Seen extends Look {
  readonly frame: number;
  /** Mean of each channel, 0..255. */
  readonly colour: readonly number[];
  /** Standard deviation of luma, grey levels. */
  readonly spread: number;
  readonly blank: boolean;
  /** To the frame before it; 0 where there is none. */
  readonly apart: number;
}

/**
 * Finds where shots begin in frames that follow each other, from small pictures of them (about 160 px long).
 *
 * A cut is where motion cannot explain a frame by the one before. A flash is none, nor is a frame or a few that are
 * lost: the picture before it comes back within REACH frames, and between is only more light than in it, or less. Of
 * a fade through black or white the new shot begins with the first frame in which something can be seen again; the
 * blank ones belong to the shot before. A dissolve begins no shot. What is said of a frame depends on those within
 * REACH of it and on nothing else.
 */
export class ShotFinder {
  private readonly window: Seen[] = [];
  /** Place in the window of the frame that is to be decided next. */
  private next = 0;

  constructor(private readonly estimate: EstimateFlow) {}

  /** Takes the next frame; returns the starts that are certain by now. */
  look(frame: number, picture: Picture): ShotStart[] {
    this.window.push(this.see(frame, picture));
    return this.decide(REACH);
  }

  /** No frame follows: returns the remaining starts. */
  end(): ShotStart[] {
    return this.decide(0);
  }

  /** Decides every frame that has `after` frames behind it, and lets go of what is not needed again. */
  private decide(after: number): ShotStart[] {
    const starts: ShotStart[] = [];
    for (; this.next + after < this.window.length; this.next++) {
      const boundary = this.next > 0 ? this.boundary(this.next) : undefined;
      if (boundary) starts.push({ frame: this.window[this.next].frame, boundary });
    }
    while (this.next > REACH) {
      this.window.shift();
      this.next--;
    }
    return starts;
  }

  private see(frame: number, picture: Picture): Seen {
    const grey = luma(picture);
    const look = { grey, contrast: localContrast(grey) };
    const before = this.window.at(-1);
    const n = grey.data.length;
    const { spread } = lightOf(grey.data);
    const colour = [0, 1, 2].map((c) => lightOf(picture.data.subarray(c * n, (c + 1) * n)).level);
    return {
      ...look,
      frame,
      colour,
      spread,
      blank: spread < BLANK_SPREAD && isAtAnEnd({ colour }),
      apart: before ? difference(before, look, this.estimate) : 0,
    };
  }

  private boundary(at: number): ShotStart['boundary'] | undefined {
    const now = this.window[at];
    const before = this.window[at - 1];
    if (now.blank) return before.blank ? undefined : this.cutToBlank(at);
    if (!before.blank && !this.isForeign(at)) return undefined;
    if (this.comesBack(at)) return undefined;
    return this.isFaded(at) ? 'fade' : 'cut';
  }

  /** Whether nothing in this frame goes on from the one before. */
  private isForeign(at: number): boolean {
    const now = this.window[at];
    const before = this.window[at - 1];
    if (Math.max(now.spread, before.spread) < PLAIN_SPREAD)
      return now.colour.some((level, c) => Math.abs(level - before.colour[c]) > PLAIN_DIFFERENCE);
    if (this.isFaded(at)) return now.apart > DIM_FOREIGN;
    if (now.apart <= this.threshold(at)) return false;
    return shiftedDifference(before, now, this.estimate) > FOREIGN;
  }

  /** What the difference must exceed here: a quarter of the neighbours may be cuts themselves, and more. */
  private threshold(at: number): number {
    const around = this.near(at, NEIGHBOURS).filter((seen) => seen !== this.window[at]);
    const usual = around.map(({ apart }) => apart).sort((a, b) => a - b)[around.length >> 2] ?? 0;
    return Math.min(SURELY_FOREIGN, Math.max(FOREIGN, usual + STANDS_OUT));
  }

  /**
   * A picture that goes black or white at once ends its shot where it stays so; where another picture follows soon,
   * the shot begins with that.
   */
  private cutToBlank(at: number): 'cut' | undefined {
    const next = this.near(at, REACH).filter((seen) => seen.frame > this.window[at].frame);
    if (next.length < REACH || next.some((seen) => !seen.blank)) return undefined;
    const earlier = this.window[Math.max(0, at - 3)];
    return this.window[at - 1].spread > Math.max(2 * PLAIN_SPREAD, FADED * earlier.spread)
      ? 'cut'
      : undefined;
  }

  /** Whether a frame before this one is seen again behind it, with only light between. */
  private comesBack(at: number): boolean {
    for (let span = 2; span <= REACH; span++)
      for (let from = Math.max(0, at - span); from < at; from++) {
        const to = from + span;
        if (to < at || to >= this.window.length) continue;
        const [a, b] = [this.window[from], this.window[to]];
        const between = this.window.slice(from + 1, to);
        if (a.blank || b.blank || this.isFading(at, from, to) || !this.isLight(a, between)) continue;
        if (this.same(a, b)) return true;
      }
    return false;
  }

  /** Whether one of two frames around a boundary is on its way into black or white, or out: such look like anything. */
  private isFading(at: number, from: number, to: number): boolean {
    const faint = (k: number, side: readonly Seen[]) =>
      this.window[k].spread < STEADY * Math.max(...side.map(({ spread }) => spread));
    const earlier = this.window.slice(Math.max(0, at - REACH), from + 1);
    const later = this.window.slice(to, at + REACH + 1);
    return faint(from, earlier) || faint(to, later);
  }

  private same(a: Seen, b: Seen): boolean {
    const plain = [a, b].filter(({ spread }) => spread < PLAIN_SPREAD).length;
    if (plain > 0) return plain === 2 && alike(a, b);
    return difference(a, b, this.estimate) < SAME || shiftedDifference(a, b, this.estimate) < SAME;
  }

  /** Whether all of `frames` are `base` with more light everywhere, or all with less. */
  private isLight(base: Seen, frames: readonly Seen[]): boolean {
    return [1, -1].some((sign) =>
      frames.every(({ grey }) => {
        let against = 0;
        for (let i = 0; i < grey.data.length; i++)
          if (sign * (base.grey.data[i] - grey.data[i]) > AGAINST_BY) against++;
        return against <= AGAINST * grey.data.length;
      }),
    );
  }

  /** Whether the picture comes out of black or white here, and before that went into it or was not there. */
  private isFaded(at: number): boolean {
    const spread = (k: number) => this.window[k]?.spread ?? Number.NaN;
    const most = (from: number, to: number) =>
      Math.max(0, ...this.window.slice(Math.max(0, from), to).map((seen) => seen.spread));
    const into = spread(at - 1) < FADED * most(at - REACH, at) && spread(at - 1) < spread(at - 2);
    const out = spread(at) < FADED * most(at, at + REACH + 1) && spread(at) < spread(at + 1);
    return out && (into || this.window[at - 1].blank);
  }

  private near(at: number, reach: number): Seen[] {
    return this.window.slice(Math.max(0, at - reach), at + reach + 1);
  }
}

/** Whether the mean colour is black or white. */
function isAtAnEnd({ colour }: Pick<Seen, 'colour'>): boolean {
  return colour.every((level) => level < BLANK_ENDS) || colour.every((level) => level > 255 - BLANK_ENDS);
}

function alike(a: Seen, b: Seen): boolean {
  return a.colour.every((level, c) => Math.abs(level - b.colour[c]) <= PLAIN_DIFFERENCE);
}
