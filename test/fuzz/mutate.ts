/** Numbers 0..1 that follow from a seed (mulberry32, Ettinger 2017). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Chance for one input. */
export class Chance {
  constructor(readonly next: () => number) {}

  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }

  is(share: number): boolean {
    return this.next() < share;
  }
}

const SIZES = [0, 1, 7, 255, 0x7fff, 0xffff, 0x10000, 46_341, 99_999, 0x7fffffff, 0x80000000, 0xffffffff];

/** Bytes changed in one to six places: flipped, replaced, cut, inserted, repeated, or a size written over them. */
export function mutateBytes(chance: Chance, source: Buffer): Buffer {
  let bytes = Buffer.from(source);
  for (let n = 1 + chance.below(6); n > 0; n--) {
    const at = chance.below(Math.max(1, bytes.length));
    const rest = () => [bytes.subarray(0, at), bytes.subarray(at)];
    switch (chance.below(7)) {
      case 0:
        if (bytes.length > 0) bytes[at] ^= 1 << chance.below(8);
        break;
      case 1:
        if (bytes.length > 0) bytes[at] = chance.pick([0, 1, 0x0a, 0x22, 0x5b, 0x7f, 0x80, 0xff]);
        break;
      case 2:
        bytes = Buffer.from(bytes.subarray(0, at));
        break;
      case 3:
        bytes = Buffer.concat([
          rest()[0],
          Buffer.from('[({"\\\u001b*=,:').subarray(chance.below(9)),
          rest()[1],
        ]);
        break;
      case 4:
        bytes = Buffer.concat([
          rest()[0],
          ...Array(chance.below(40)).fill(bytes.subarray(at, at + 16)),
          rest()[1],
        ]);
        break;
      case 5:
        if (bytes.length >= at + 4) bytes.writeUInt32LE(chance.pick(SIZES), at);
        break;
      default:
        if (bytes.length >= at + 4) bytes.writeUInt32BE(chance.pick(SIZES), at);
    }
  }
  return bytes;
}

const STRANGE: readonly unknown[] = [
  ...[null, true, 0, -1, 0.5, 1e9, 2 ** 53, -1e308, '', 'x', '../..', '\u001b[2J', '9'.repeat(400)],
  ...[[], {}, [[[[[]]]]], { a: null }, { first: 3, last: 1 }, [null], 'x'.repeat(5000)],
];

/** JSON with one to three values replaced, fields left out or added, lists doubled; now and then no JSON any more. */
export function mutateJson(chance: Chance, source: unknown): string {
  let value = structuredClone(source);
  for (let n = 1 + chance.below(3); n > 0; n--) value = changed(chance, value);
  const text = JSON.stringify(value) ?? 'null';
  return chance.is(0.1) ? mutateBytes(chance, Buffer.from(text)).toString('utf8') : text;
}

function changed(chance: Chance, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || chance.is(0.1)) return chance.pick(STRANGE);
  if (Array.isArray(value)) {
    if (value.length === 0 || chance.is(0.2)) return [...value, ...value, chance.pick(STRANGE)];
    const at = chance.below(value.length);
    return value.map((one, i) => (i === at ? changed(chance, one) : one));
  }
  const keys = Object.keys(value);
  const key = chance.is(0.1) ? chance.pick(['__proto__', 'constructor', 'x']) : chance.pick([...keys, 'y']);
  const { [key]: old, ...others } = value as Record<string, unknown>;
  if (chance.is(0.2)) return others;
  return { ...others, [key]: changed(chance, old) };
}
