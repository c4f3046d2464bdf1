import type { Dnnl, Pointer } from './dnnl.js';

/**
 * Memory that a step reads or writes. Where it lies is known after `allocate`: buffers that are never needed at the
 * same time share their place.
 */
export interface Buffer {
  readonly bytes: number;
  /** Written once, when the graph is compiled, or at its place in every run. */
  readonly lasting: boolean;
  /** Lies outside of what is planned, for several sessions. */
  readonly shared?: boolean;
  place?: Place;
}

/** A block of memory of the library's. */
export interface Place {
  bytes: number;
  address: Pointer;
  /** The block as numbers, made when first asked for. */
  floats?: Float32Array;
}

/** Which buffers a step needs, by the order in which the steps run. */
export interface Need {
  readonly buffers: readonly Buffer[];
}

/**
 * Gives every buffer its place, those whose last step is over lending theirs to later ones.
 *
 * @param once steps that are done once, before the first run
 * @param always the steps of a run, in order
 * @param results buffers that are still needed after the last step
 * @returns all places; they have no memory yet
 */
export function sharePlaces(
  once: readonly Need[],
  always: readonly Need[],
  results: ReadonlySet<Buffer>,
): Place[] {
  const needs = [...once, ...always];
  const places: Place[] = [];
  const last = new Map<Buffer, number>();
  needs.forEach(({ buffers }, step) => {
    for (const buffer of buffers) last.set(buffer, step);
  });
  const free: Place[] = [];
  const placeFor = (buffer: Buffer): Place => {
    const fitting = bestFit(free, buffer.bytes);
    if (fitting === undefined) {
      const place = { bytes: buffer.bytes, address: 0n };
      places.push(place);
      return place;
    }
    free.splice(free.indexOf(fitting), 1);
    fitting.bytes = Math.max(fitting.bytes, buffer.bytes);
    return fitting;
  };
  needs.forEach(({ buffers }, step) => {
    for (const buffer of buffers) buffer.place ??= placeFor(buffer);
    for (const buffer of new Set(buffers)) {
      const spent = last.get(buffer) === step && !results.has(buffer) && !buffer.shared;
      // What lasts and is used in runs is there again in the next.
      if (spent && (!buffer.lasting || step < once.length)) free.push(buffer.place!);
    }
  });
  for (const buffer of results) buffer.place ??= placeFor(buffer);
  return places;
}

/** Small buffers do not take large places: a large buffer would want one soon. */
const ALIKE = 4;
const SMALL = 1 << 16;

/** The smallest that is large enough, else the largest, which then grows. */
function bestFit(free: readonly Place[], bytes: number): Place | undefined {
  let best: Place | undefined;
  for (const place of free) {
    if (
      Math.max(place.bytes, SMALL) > ALIKE * Math.max(bytes, SMALL) ||
      ALIKE * Math.max(place.bytes, SMALL) < bytes
    )
      continue;
    const [enough, bestEnough] = [place.bytes >= bytes, (best?.bytes ?? 0) >= bytes];
    if (
      !best ||
      (enough && (!bestEnough || place.bytes < best.bytes)) ||
      (!bestEnough && place.bytes > best.bytes)
    )
      best = place;
  }
  return best;
}

/** Gives places their memory. Returns what holds it, to be freed by `freeMemory`. Throws where memory runs out. */
export function allocate(dnnl: Dnnl, places: readonly Place[]): Pointer[] {
  const held: Pointer[] = [];
  try {
    for (const place of places) {
      const descriptor = dnnl.plain([place.bytes], 'bytes', [1]);
      const memory = dnnl.memory(descriptor, null);
      dnnl.freeDescriptor(descriptor);
      held.push(memory);
      place.address = dnnl.addressOf(memory);
    }
    return held;
  } catch (error) {
    for (const memory of held) dnnl.freeMemory(memory);
    throw error;
  }
}

/** What lies in a buffer, as float32. */
export function floatsOf(dnnl: Dnnl, { bytes, place }: Buffer): Float32Array {
  const { address, bytes: whole } = place!;
  place!.floats ??= new Float32Array(dnnl.view(address, whole), 0, whole >> 2);
  return place!.floats.subarray(0, bytes >> 2);
}
