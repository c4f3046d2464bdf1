import { childStarted } from '../child_started.js';
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
  describeTerms,
} from './describe_event.js';
import type { Face, FaceEvent } from './face.js';
import { scoreLines } from './score_lines.js';
import { gibibytes, significant } from './units.js';

/** A download is told of each time another tenth of it is here. */
const TENTHS = 10;

/**
 * Everything in plain lines, nothing drawn over: each iteration's energies, timings, the commands that are run.
 * What `--verbose` prints and `--log` keeps.
 */
export function plainLines(write: (line: string) => void): Face {
  let tenth = -1;
  let inside = '';
  const command = (text: unknown) => write(`run ${text}`);
  childStarted.subscribe(command);
  const emit = (event: FaceEvent) => {
    switch (event.type) {
      case 'plan':
        for (const line of describePlan(event)) write(line);
        write(`output ${event.output}`);
        break;
      case 'look':
        if (event.place === event.frames) write(describeLook(event));
        break;
      case 'note':
        write(`note: ${event.message}`);
        break;
      case 'download': {
        const now = event.total ? Math.floor((event.received / event.total) * TENTHS) : 0;
        if (now === tenth) break;
        tenth = now;
        const of = event.total === undefined ? '' : ` of ${gibibytes(event.total)}`;
        write(`${event.network} ${gibibytes(event.received)}${of}`);
        break;
      }
      case 'iteration':
        write(
          `${describePlace(event)} · iteration ${event.iteration}/${event.iterations} · ${describeEnergy(event.energy)} · ${describeTerms(event.terms)}`,
        );
        break;
      case 'frame':
        write(
          [
            describePlace(event),
            describeStart(event),
            `${event.iterations} iterations`,
            describeEnergy(event.energy),
            `${significant(event.seconds)} s`,
          ]
            .filter((part) => part !== undefined)
            .join(' · '),
        );
        break;
      case 'flow':
        write(describeFlow(event));
        break;
      case 'measured':
        write(describeMeasured(event));
        break;
      case 'inside':
        if (event.what !== inside) write(describeInside(event));
        inside = event.what;
        break;
      case 'scored':
        for (const line of scoreLines(event.report)) write(line);
        break;
      case 'encode':
        write(`encoded frame ${event.place} of ${event.frames}`);
        break;
      case 'done':
        write(describeDone(event));
        break;
      case 'error':
        write(`error ${event.code}, status ${event.status}: ${event.message}`);
        break;
    }
  };
  return {
    emit,
    line: write,
    clear: () => undefined,
    close: () => childStarted.unsubscribe(command),
  };
}
