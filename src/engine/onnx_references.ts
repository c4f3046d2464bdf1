/** `location`, the key of an entry that names a file of weights (onnx.proto, StringStringEntryProto), and its value's tag. */
const LOCATION = Buffer.from('\x0a\x08location\x12', 'latin1');
/** Longest name that is taken for one, bytes. */
const LONGEST = 4096;
/** Bits that a byte of a length has, and the bit that says that more follow. */
const BITS = 7;
const MORE = 0x80;

/** The files beside an ONNX model that it keeps weights in, by the names it has for them, ascending. */
export function externalFiles(given: Uint8Array): string[] {
  const model = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
  const names = new Set<string>();
  for (let at = model.indexOf(LOCATION); at >= 0; at = model.indexOf(LOCATION, at + 1)) {
    const [length, start] = lengthAt(model, at + LOCATION.length);
    if (length <= LONGEST) names.add(model.toString('utf8', start, start + length));
  }
  return [...names].sort();
}

/** The length that stands at a place of a protobuf message, and where the value after it begins. */
function lengthAt(bytes: Buffer, at: number): readonly [length: number, start: number] {
  let length = 0;
  for (let shift = 1; ; shift *= 2 ** BITS) {
    const byte = bytes[at++] ?? 0;
    length += (byte & ~MORE) * shift;
    if (byte < MORE) return [length, at];
  }
}
