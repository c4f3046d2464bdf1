/** Bytes a second below which a connection does not count as one. */
const LEAST_RATE = 1000;

/** The reason of a connection that did too little. */
export class TooSlow extends Error {}

/** Watches over a connection; `signal` aborts where it does too little, the reason a `TooSlow`. */
export interface Patience {
  readonly signal: AbortSignal;
  /** To be told of all that comes, bytes. */
  came(bytes: number): void;
  /** Stops watching. */
  end(): void;
}

/** Bears `limit` ms of silence, and twice as long with less than a kilobyte a second: a drip would never end. */
export function patientFor(limit: number): Patience {
  const controller = new AbortController();
  const fail = (reason: string) => controller.abort(new TooSlow(reason));
  const silence = setTimeout(() => fail(`nothing came for ${limit / 1000} s`), limit);
  const span = (2 * limit) / 1000;
  let recent = 0;
  const drip = setInterval(() => {
    if (recent < LEAST_RATE * span) fail(`only ${recent} bytes came in ${span} s`);
    recent = 0;
  }, 2 * limit);
  return {
    signal: controller.signal,
    came(bytes) {
      recent += bytes;
      silence.refresh();
    },
    end() {
      clearTimeout(silence);
      clearInterval(drip);
    },
  };
}
