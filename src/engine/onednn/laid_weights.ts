import { type ConstantData, writeConstant } from '../constant.js';
import type { Expr } from '../expr.js';
import type { Descriptor, Dnnl, Pointer } from './dnnl.js';
import { type Operand, operandList } from './operands.js';
import { rowStrides } from './program.js';
import { allocate, type Buffer, floatsOf, type Place } from './storage.js';

/** Weights in a layout of the library's, and who uses them. */
interface Laid {
  readonly data: ConstantData;
  readonly descriptor: Descriptor;
  readonly buffer: Buffer;
  readonly memory: Pointer;
  users: number;
}

/** How long weights that nobody uses are kept for a session that follows another at once, milliseconds. */
const GRACE = 2000;

/**
 * Weights as convolutions want them, once for all sessions: those of Winograd's method are four times as large as the
 * plain ones and take a second to make for VGG-19.
 */
export class LaidWeights {
  readonly #dnnl: Dnnl;
  readonly #laid = new Set<Laid>();

  constructor(dnnl: Dnnl) {
    this.#dnnl = dnnl;
  }

  /**
   * The weights in this layout, made where they are not there yet.
   *
   * @returns where they lie, and what says that they are no longer used
   */
  take(weights: Expr<'constant'>, descriptor: Descriptor): { buffer: Buffer; release: () => void } {
    const found = [...this.#laid].find(
      (laid) => sameData(laid.data, weights.attrs) && this.#dnnl.same(laid.descriptor, descriptor),
    );
    const laid = found ?? this.#lay(weights, descriptor);
    laid.users++;
    let released = false;
    const release = () => {
      if (released) return;
      released = true;
      laid.users--;
      setTimeout(() => this.#free(laid), GRACE).unref();
    };
    return { buffer: laid.buffer, release };
  }

  #lay(weights: Expr<'constant'>, wanted: Descriptor): Laid {
    const dnnl = this.#dnnl;
    const descriptor = dnnl.copy(wanted);
    const plainDescriptor = dnnl.plain(weights.shape, 'float32', rowStrides(weights.shape));
    const place = (of: Descriptor): Place => ({ bytes: dnnl.sizeOf(of), address: 0n });
    const [laidPlace, plainPlace] = [place(descriptor), place(plainDescriptor)];
    const [memory, plainMemory] = allocate(dnnl, [laidPlace, plainPlace]);
    const buffer = { bytes: laidPlace.bytes, lasting: true, shared: true, place: laidPlace };
    try {
      writeConstant(weights, floatsOf(dnnl, { bytes: plainPlace.bytes, lasting: false, place: plainPlace }));
      reorder(
        dnnl,
        { part: 'src', descriptor: plainDescriptor, address: plainPlace.address },
        { part: 'dst', descriptor, address: laidPlace.address },
      );
    } finally {
      dnnl.freeMemory(plainMemory);
      dnnl.freeDescriptor(plainDescriptor);
    }
    const laid = { data: weights.attrs, descriptor, buffer, memory, users: 0 };
    this.#laid.add(laid);
    return laid;
  }

  #free(laid: Laid): void {
    if (laid.users > 0 || !this.#laid.delete(laid)) return;
    this.#dnnl.freeMemory(laid.memory);
    this.#dnnl.freeDescriptor(laid.descriptor);
  }
}

/** At once. */
function reorder(dnnl: Dnnl, from: Operand, to: Operand): void {
  const description = dnnl.reorder(from.descriptor, to.descriptor, []);
  if (description === undefined) throw new Error(`oneDNN ${dnnl.version} cannot lay out these weights`);
  const primitive = dnnl.primitive(description);
  dnnl.freeDescription(description);
  const { list, memories } = operandList(dnnl, [from, to]);
  dnnl.execute(primitive, list, memories.length);
  for (const memory of memories) dnnl.freeMemory(memory);
  dnnl.freePrimitive(primitive);
}

function sameData(a: ConstantData, b: ConstantData): boolean {
  return a.values === b.values && a.factor === b.factor && a.flipped === b.flipped;
}
