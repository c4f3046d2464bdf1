/** Fields of one Protocol Buffers message: numbers for varints, bytes for everything else, by field number. */
export type Fields = Map<number, (number | Uint8Array)[]>;

export function readMessage(bytes: Uint8Array): Fields {
  const fields: Fields = new Map();
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return Number(BigInt.asIntN(64, value));
    }
  };
  const take = (length: number) => bytes.subarray(at, (at += length));
  while (at < bytes.length) {
    const key = varint();
    const wireType = key & 7;
    if (wireType !== 0 && wireType !== 2 && wireType !== 5) throw new Error(`wire type ${wireType}`);
    const value = wireType === 0 ? varint() : take(wireType === 5 ? 4 : varint());
    fields.set(key >> 3, [...(fields.get(key >> 3) ?? []), value]);
  }
  if (at !== bytes.length) throw new Error('message ends inside a field');
  return fields;
}

export const messages = (fields: Fields, field: number) =>
  (fields.get(field) ?? []).map((bytes) => readMessage(bytes as Uint8Array));

export const numbers = (fields: Fields, field: number) => (fields.get(field) ?? []) as number[];

export const texts = (fields: Fields, field: number) =>
  (fields.get(field) ?? []).map((bytes) => new TextDecoder().decode(bytes as Uint8Array));

export const floats = (fields: Fields, field: number) =>
  (fields.get(field) ?? []).flatMap((bytes) => [
    ...new Float32Array(Uint8Array.from(bytes as Uint8Array).buffer),
  ]);
