import type { Emit, RenderEvent } from '../render/events.js';
import { duration, gibibytes, significant } from './units.js';

interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface ProgressPrinter {
  readonly emit: Emit;
  /** Prints a whole line, above the progress line where there is one. */
  line(text: string): void;
  /** Takes the progress line away. */
  clear(): void;
  /** ` after frame 12 of 72`, or nothing before the first frame. */
  progress(): string;
}

/** Iterations come faster than anyone reads: the line is drawn again after this many ms. */
const REDRAW = 100;
/** Characters of a download's bar. */
const BAR = 20;
/** The time left is told from as many of the latest frames. */
const PACE_FRAMES = 20;

/**
 * Events as text: one line that is drawn again and again on a terminal, plain lines elsewhere.
 * @param clock Milliseconds from any origin; a parameter so that tests need not wait.
 */
export function progressPrinter(
  out: Terminal,
  clock: () => number = () => performance.now(),
): ProgressPrinter {
  const began = clock();
  let drawn = false;
  let lastDraw = Number.NEGATIVE_INFINITY;
  let finished = 0;
  const spent: { first: number[]; next: number[] } = { first: [], next: [] };
  let last: { place: number; frames: number } | undefined;

  const clear = () => {
    if (drawn) out.write('\r\x1b[K');
    drawn = false;
  };
  const line = (text: string) => {
    clear();
    out.write(`${text}\n`);
  };
  const draw = (text: string) => {
    if (!out.isTTY) return;
    const now = clock();
    if (now - lastDraw < REDRAW) return;
    lastDraw = now;
    // A line longer than the terminal would wrap and could not be drawn over; some say 0 for not knowing.
    out.write(`\r${text.slice(0, (out.columns || 80) - 1)}\x1b[K`);
    drawn = true;
  };
  // First frames take far longer than those that follow, and say little about what is left.
  const pace = (frames: number): string => {
    const seconds = (spent.next.length > 0 ? spent.next : spent.first).slice(-PACE_FRAMES);
    if (seconds.length === 0) return '';
    const each = seconds.reduce((a, b) => a + b) / seconds.length;
    return ` · ${significant(each)} s/frame · ${duration(each * (frames - finished))} left`;
  };

  // What was here before this run began says nothing about the speed.
  let arrived: { at: number; bytes: number } | undefined;
  const downloadSpeed = (received: number): number => {
    if (!arrived || received < arrived.bytes) arrived = { at: clock(), bytes: received };
    return ((received - arrived.bytes) * 1000) / Math.max(1, clock() - arrived.at);
  };

  const emit = (event: RenderEvent) => {
    switch (event.type) {
      case 'plan':
        finished = event.finished;
        line(describePlan(event));
        break;
      case 'note':
        line(`note: ${event.message}`);
        break;
      case 'download':
        draw(describeDownload(event, downloadSpeed(event.received)));
        break;
      case 'iteration':
        draw(
          `frame ${event.place} of ${event.frames} · iteration ${event.iteration}/${event.iterations} · energy ${event.energy.toPrecision(4)}${pace(event.frames)}`,
        );
        break;
      case 'frame': {
        finished++;
        (event.start === 'warped' ? spent.next : spent.first).push(event.seconds);
        last = event;
        const text = describeFrame(event) + pace(event.frames);
        if (out.isTTY) {
          lastDraw = Number.NEGATIVE_INFINITY;
          draw(text);
        } else line(text);
        break;
      }
      case 'flow': {
        last = event;
        const text = `flow ${event.place} of ${event.frames} (frame ${event.frame})`;
        if (out.isTTY) draw(text);
        else line(text);
        break;
      }
      case 'encode':
        if (event.place === event.frames) lastDraw = Number.NEGATIVE_INFINITY;
        draw(`encoding frame ${event.place} of ${event.frames}`);
        break;
      case 'done':
        line(
          `${event.output}: ${event.frames} frame${event.frames === 1 ? '' : 's'} in ${duration((clock() - began) / 1000)}`,
        );
        break;
    }
  };
  const progress = () => (last ? ` after frame ${last.place} of ${last.frames}` : '');
  return { emit, line, clear, progress };
}

function describePlan(plan: Extract<RenderEvent, { type: 'plan' }>): string {
  const stored = plan.finished > 0 ? `, ${plan.finished} of them finished already` : '';
  const free = plan.diskFree === undefined ? '' : `, ${gibibytes(plan.diskFree)} free`;
  const short =
    plan.diskFree !== undefined && plan.diskNeed > plan.diskFree
      ? '\nnote: that may not be enough; if the disk fills up the job stops and can go on later'
      : '';
  return `${plan.frames} frame${plan.frames === 1 ? '' : 's'} of ${plan.width}x${plan.height}${stored}; work folder ${plan.workFolder}: up to ${gibibytes(plan.diskNeed)} more${free}${short}`;
}

/** `vgg19 [=====     ] 38 MiB of 77 MiB · 9.1 MB/s · 4 s left`. */
function describeDownload(event: Extract<RenderEvent, { type: 'download' }>, speed: number): string {
  const { network, received, total } = event;
  const pace = speed > 0 ? ` · ${significant(speed / 1e6)} MB/s` : '';
  if (total === undefined) return `${network} ${gibibytes(received)}${pace}`;
  const share = total > 0 ? Math.min(1, received / total) : 1;
  const bar = '='.repeat(Math.floor(share * BAR)).padEnd(BAR);
  const left = speed > 0 ? ` · ${duration((total - received) / speed)} left` : '';
  return `${network} [${bar}] ${gibibytes(received)} of ${gibibytes(total)}${pace}${left}`;
}

function describeFrame(event: Extract<RenderEvent, { type: 'frame' }>): string {
  const energy = event.energy === undefined ? '' : ` · energy ${event.energy.toPrecision(4)}`;
  const start = { first: ' · first', cut: ' · new shot', warped: '', unpainted: ' · unpainted' }[event.start];
  return `frame ${event.place} of ${event.frames} (number ${event.frame})${start} · ${event.iterations} iterations${energy}`;
}
