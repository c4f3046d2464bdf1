import type { RenderEvent } from '../render/events.js';
import { duration, gibibytes } from './units.js';

type Of<T extends RenderEvent['type']> = Extract<RenderEvent, { type: T }>;

const frames = (count: number): string => `${count} frame${count === 1 ? '' : 's'}`;

/** What a job is about to do, in lines that fit 80 columns unless a path is long. */
export function describePlan(plan: Of<'plan'>): string[] {
  const stored = plan.finished > 0 ? `, ${plan.finished} of them finished already` : '';
  const passes = plan.passes === undefined ? '' : `, in ${plan.passes} passes`;
  const free = plan.diskFree === undefined ? '' : `, ${gibibytes(plan.diskFree)} free`;
  const shots = plan.shots !== undefined && plan.shots > 1 ? ` in ${plan.shots} shots` : '';
  const lines = [
    `${frames(plan.frames)} of ${plan.width}x${plan.height}${shots}${passes}${stored}`,
    `kept in ${plan.workFolder}: up to ${gibibytes(plan.diskNeed)} more${free}`,
  ];
  if (plan.diskFree !== undefined && plan.diskNeed > plan.diskFree)
    lines.push('note: that may not be enough; if the disk fills up the job stops and can go on later');
  return lines;
}

/** `pass 3/15 · frame 12 of 72`, with the frame's own number where that is not told by the place. */
export function describePlace({ place, frames, frame, pass, passes }: Of<'frame' | 'iteration'>): string {
  const which = pass === undefined ? '' : `pass ${pass}/${passes} · `;
  return `${which}frame ${place} of ${frames}${frame === place - 1 ? '' : ` (number ${frame})`}`;
}

export function describeLook({ place, frames, found }: Of<'look'>): string {
  return `looking for cuts: frame ${place} of ${frames}, ${found} found`;
}

export function describeFlow({ place, frames, frame }: Of<'flow'>): string {
  return `flow ${place} of ${frames} (frame ${frame})`;
}

export function describeMeasured({ place, frames, frame }: Of<'measured'>): string {
  return `measured ${place} of ${frames} (frame ${frame})`;
}

export function describeInside({ what, place, count }: Of<'inside'>): string {
  return `${what} (${place} of ${count})`;
}

/** How a frame began, where that is worth a word. */
export function describeStart({ start }: Of<'frame'>): string | undefined {
  return {
    first: 'first',
    cut: 'new shot',
    warped: undefined,
    unchanged: 'unchanged',
    pass: undefined,
    unpainted: 'unpainted',
  }[start];
}

export function describeEnergy(energy: number | undefined): string | undefined {
  return energy === undefined ? undefined : `energy ${energy.toPrecision(4)}`;
}

/** `content 12.3, style 45.6`: each term before its weight. */
export function describeTerms(terms: Of<'iteration'>['terms']): string {
  return Object.entries(terms)
    .map(([name, value]) => `${name} ${value.toPrecision(4)}`)
    .join(', ');
}

export function describeDone(event: Of<'done'>, seconds = event.seconds): string {
  return `${event.output}: ${frames(event.frames)} in ${duration(seconds)}`;
}
