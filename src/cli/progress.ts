import {
  describeDone,
  describeEnergy,
  describeFlow,
  describeInside,
  describeLook,
  describeMeasured,
  describePlace,
  describePlan,
  describeStart,
} from './describe_event.js';
import { type FaceEvent, type Faces, together } from './face.js';
import { duration, gibibytes, significant } from './units.js';

interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Iterations come faster than anyone reads: the line is drawn again after this many ms. */
const REDRAW = 100;
/** Characters of a download's bar. */
const BAR = 20;
/** The time left is told from as many of the latest frames. */
const PACE_FRAMES = 20;

/**
 * Events as text for a person: one line that is drawn again and again on a terminal, plain lines elsewhere and on
 * terminals that cannot draw over a line (`TERM=dumb`).
 * @param clock Milliseconds from any origin; a parameter so that tests need not wait.
 * @param dumb Whether the terminal can only go on.
 */
export function progressPrinter(
  out: Terminal,
  clock: () => number = () => performance.now(),
  dumb: boolean = process.env.TERM === 'dumb',
): Faces {
  const began = clock();
  const redraws = out.isTTY === true && !dumb;
  let drawn = false;
  let lastDraw = Number.NEGATIVE_INFINITY;
  let left = 0;
  const spent: { first: number[]; next: number[] } = { first: [], next: [] };

  const clear = () => {
    if (drawn) out.write('\r\x1b[K');
    drawn = false;
  };
  const line = (text: string) => {
    clear();
    out.write(`${text}\n`);
  };
  const draw = (parts: readonly (string | undefined)[], hurry = false) => {
    if (!redraws) return;
    const now = clock();
    if (!hurry && now - lastDraw < REDRAW) return;
    lastDraw = hurry ? Number.NEGATIVE_INFINITY : now;
    // A line longer than the terminal would wrap and could not be drawn over; some say 0 for not knowing.
    out.write(`\r${fitted(parts, (out.columns || 80) - 1)}\x1b[K`);
    drawn = true;
  };
  // First frames take far longer than those that follow, and say little about what is left.
  const pace = (): string[] => {
    const seconds = (spent.next.length > 0 ? spent.next : spent.first).slice(-PACE_FRAMES);
    if (seconds.length === 0) return [];
    const each = seconds.reduce((a, b) => a + b) / seconds.length;
    return [`${duration(each * left)} left`, `${significant(each)} s/frame`];
  };

  // What was here before this run began says nothing about the speed.
  let arrived: { at: number; bytes: number } | undefined;
  const downloadSpeed = (received: number): number => {
    if (!arrived || received < arrived.bytes) arrived = { at: clock(), bytes: received };
    return ((received - arrived.bytes) * 1000) / Math.max(1, clock() - arrived.at);
  };

  const emit = (event: FaceEvent) => {
    switch (event.type) {
      case 'plan':
        left = event.paintings ?? event.frames - event.finished;
        for (const text of describePlan(event)) line(text);
        break;
      case 'look':
        draw([describeLook(event)], event.place === event.frames);
        break;
      case 'note':
        line(`note: ${event.message}`);
        break;
      case 'download':
        draw(describeDownload(event, downloadSpeed(event.received)));
        break;
      case 'iteration': {
        const { iteration, iterations, energy } = event;
        const done = `iteration ${iteration}/${iterations}`;
        draw([describePlace(event), done, ...pace(), describeEnergy(energy)]);
        break;
      }
      case 'frame': {
        left--;
        const goesOn = ['warped', 'unchanged', 'pass'].includes(event.start);
        (goesOn ? spent.next : spent.first).push(event.seconds);
        const done = `${event.iterations} iterations`;
        const energy = describeEnergy(event.energy);
        const parts = [describePlace(event), describeStart(event), done, ...pace(), energy];
        if (redraws) draw(parts, true);
        else line(fitted(parts, Number.POSITIVE_INFINITY));
        break;
      }
      case 'flow': {
        const text = describeFlow(event);
        if (redraws) draw([text], event.place === event.frames);
        else line(text);
        break;
      }
      case 'measured':
        if (redraws) draw([describeMeasured(event)], event.place === event.frames);
        else if (event.place === event.frames) line(describeMeasured(event));
        break;
      case 'inside':
        draw([describeInside(event)]);
        break;
      case 'encode':
        draw([`encoding frame ${event.place} of ${event.frames}`], event.place === event.frames);
        break;
      case 'scored':
        clear();
        if (event.output !== undefined) line(`${event.output}: report.html`);
        break;
      case 'done':
        line(describeDone(event, (clock() - began) / 1000));
        break;
    }
  };
  return together([{ emit, line, clear, close: clear }]);
}

/** The parts with dots between, without as many of the last ones as do not fit. */
function fitted(parts: readonly (string | undefined)[], width: number): string {
  const said = parts.filter((part) => part !== undefined);
  while (said.length > 1 && said.join(' · ').length > width) said.pop();
  return said.join(' · ').slice(0, width);
}

/** `vgg19 [=====     ] 38 MiB of 77 MiB · 4 s left · 9.1 MB/s`. */
function describeDownload(
  { network, received, total }: Extract<FaceEvent, { type: 'download' }>,
  speed: number,
): string[] {
  const pace = speed > 0 ? [`${significant(speed / 1e6)} MB/s`] : [];
  if (total === undefined) return [`${network} ${gibibytes(received)}`, ...pace];
  const share = total > 0 ? Math.min(1, received / total) : 1;
  const bar = '='.repeat(Math.floor(share * BAR)).padEnd(BAR);
  const left = speed > 0 ? [`${duration((total - received) / speed)} left`] : [];
  return [`${network} [${bar}] ${gibibytes(received)} of ${gibibytes(total)}`, ...left, ...pace];
}
