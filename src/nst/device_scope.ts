import type { DeviceTensor } from '../engine/index.js';

/**
 * The tensors of one minimisation on a device. Pictures, gradients and curvature pairs pass from hand to hand and never
 * change, so nobody owns them: after each step it is said which are still needed, and the others are freed.
 */
export class DeviceScope {
  readonly #tensors = new Set<DeviceTensor>();

  /** Takes tensors in. */
  add<Tensors extends Readonly<Record<string, DeviceTensor>>>(tensors: Tensors): Tensors {
    for (const tensor of Object.values(tensors)) this.#tensors.add(tensor);
    return tensors;
  }

  /** Frees all but these. */
  keepOnly(needed: Iterable<DeviceTensor>): void {
    const kept = new Set(needed);
    for (const tensor of this.#tensors)
      if (!kept.has(tensor)) {
        tensor.dispose();
        this.#tensors.delete(tensor);
      }
  }
}
