/** Bytes that are produced only when the whole message is written, so that large tensors exist once. */
interface Deferred {
  readonly length: number;
  write(into: Uint8Array): void;
}

/** One Protocol Buffers message under construction: the wire types that ONNX models need, fields in call order. */
export class Message {
  #parts: (Uint8Array | Deferred)[] = [];
  #length = 0;

  #append(part: Uint8Array | Deferred): this {
    this.#parts.push(part);
    this.#length += part.length;
    return this;
  }

  #varint(value: number | bigint): this {
    // Negative numbers are written as 64-bit two's complement, as int32 and int64 fields want.
    let rest = BigInt.asUintN(64, BigInt(value));
    const bytes: number[] = [];
    while (rest > 127n) {
      bytes.push(Number(rest & 127n) | 128);
      rest >>= 7n;
    }
    bytes.push(Number(rest));
    return this.#append(Uint8Array.from(bytes));
  }

  #key(field: number, wireType: number): this {
    return this.#varint((field << 3) | wireType);
  }

  /** int32, int64, uint64, bool or enum. */
  integer(field: number, value: number | bigint): this {
    return this.#key(field, 0).#varint(value);
  }

  float(field: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.#key(field, 5).#append(bytes);
  }

  string(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  bytes(field: number, value: Uint8Array): this {
    return this.#key(field, 2).#varint(value.length).#append(value);
  }

  /** A bytes field of known length that `write` fills when the message is encoded. */
  deferredBytes(field: number, length: number, write: (into: Uint8Array) => void): this {
    return this.#key(field, 2).#varint(length).#append({ length, write });
  }

  message(field: number, value: Message): this {
    this.#key(field, 2).#varint(value.#length);
    for (const part of value.#parts) this.#append(part);
    return this;
  }

  encode(): Uint8Array {
    const out = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      if (part instanceof Uint8Array) out.set(part, at);
      else part.write(out.subarray(at, at + part.length));
      at += part.length;
    }
    return out;
  }
}
