import type { CompileOptions, Expr, Runtime, Session } from '../engine/index.js';
import { type DeviceGraphs, deviceGraphs } from './device_energy.js';
import { contentGraph, energyGraph, styleGraph } from './energy.js';
import type { EnergyForm } from './energy_form.js';
import type { Network } from './network.js';
import { type Fit, fitMemory, type MemoryLimit } from './solver_memory.js';
import { canBeTiled, tiledEnergy } from './tiled/tiled_energy.js';
import { tiledContent, tiledStyle } from './tiled/tiled_measures.js';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Compiles the graphs of an energy, in windows where memory is short: sessions are the same for whoever runs them. */
export class EnergyGraphs {
  readonly #network: Network;
  readonly #runtime: Runtime;
  readonly #form: EnergyForm;
  readonly #limit: MemoryLimit | undefined;
  readonly #fits = new Map<string, Fit>();

  /** @param limit what a solver may take; any amount unless given */
  constructor(network: Network, runtime: Runtime, form: EnergyForm, limit?: MemoryLimit) {
    this.#network = network;
    this.#runtime = runtime;
    this.#form = form;
    this.#limit = limit;
  }

  /**
   * How pictures of a size fit into the limit; nothing where there is none.
   * @throws NstError resources MEMORY_TOO_SMALL; usage INVALID_ARGUMENT where it would have to be in windows and cannot
   */
  fit({ width, height }: Size): Fit | undefined {
    if (!this.#limit) return undefined;
    const known = this.#fits.get(`${width}×${height}`);
    if (known) return known;
    const fit = fitMemory(this.#network.convolutions, this.#form, { width, height }, this.#limit);
    this.#fits.set(`${width}×${height}`, fit);
    return fit;
  }

  /** See `energyGraph`. */
  energy(size: Size, options?: CompileOptions): Promise<Session> {
    const { width, height } = size;
    const tiling = this.fit(size)?.tiling;
    const compile = this.#compile(options);
    if (tiling) return tiledEnergy(compile, this.#network, this.#form, size, tiling);
    return compile(energyGraph(this.#network, this.#form, width, height));
  }

  /** The energy where pictures stay on the runtime's device; nothing where it keeps none, or they are in windows. */
  async onDevice(size: Size): Promise<DeviceGraphs | undefined> {
    const { device } = this.#runtime;
    if (!device || this.fit(size)?.tiling) return undefined;
    return deviceGraphs(device, energyGraph(this.#network, this.#form, size.width, size.height));
  }

  /** See `contentGraph`; nothing where there is nothing to be measured of it. */
  async content(size: Size): Promise<Session | undefined> {
    const { width, height } = size;
    const tiling = this.fit(size)?.tiling;
    const compile = this.#compile();
    const graph = contentGraph(this.#network, this.#form, width, height);
    if (Object.keys(graph).length === 0) return undefined;
    return tiling ? tiledContent(compile, this.#network, this.#form, size, tiling) : compile(graph);
  }

  /** See `styleGraph`; nothing where there is nothing to be measured of paintings. */
  async style(size: Size, guided: boolean): Promise<Session | undefined> {
    const { width, height } = size;
    // A painting may be larger than any frame, and nothing but its features is kept of it: it takes what it must.
    const tiling =
      this.#limit &&
      canBeTiled(this.#form) &&
      fitMemory(this.#network.convolutions, this.#form, { width, height }, { ...this.#limit, strict: false })
        .tiling;
    const compile = this.#compile();
    const graph = styleGraph(this.#network, this.#form, width, height, guided);
    if (Object.keys(graph).length === 0) return undefined;
    return tiling ? tiledStyle(compile, this.#network, this.#form, size, tiling, guided) : compile(graph);
  }

  #compile(options?: CompileOptions) {
    return (outputs: Readonly<Record<string, Expr>>) => this.#runtime.compile(outputs, options);
  }
}
