/** What Node calls when nobody else handles a failure. */
const EVENTS = ['uncaughtException', 'unhandledRejection'] as const;

/**
 * Remembers who handles failures of this process; the function it returns takes off whoever came since. For libraries
 * compiled by Emscripten, whose start-up code takes over failures that are none of its business.
 */
export function guardHandlers(): () => void {
  const before = EVENTS.map((event) => new Set(process.rawListeners(event)));
  return () =>
    EVENTS.forEach((event, i) => {
      for (const listener of process.rawListeners(event))
        if (!before[i].has(listener)) process.off(event, listener as () => void);
    });
}
