import type { Face } from './face.js';

/** Rises when a field changes its meaning or goes away; new events and new fields do not raise it. */
export const EVENT_SCHEMA = 1;

/** Events for programs: one JSON object a line, each with the schema's number and a time stamp. See docs/events.md. */
export function jsonLines(out: { write(text: string): unknown }, now: () => Date = () => new Date()): Face {
  return {
    emit: (event) =>
      void out.write(`${JSON.stringify({ schema: EVENT_SCHEMA, time: now().toISOString(), ...event })}\n`),
    line: () => undefined,
    clear: () => undefined,
    close: () => undefined,
  };
}
