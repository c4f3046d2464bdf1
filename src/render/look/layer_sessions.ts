import { RecentlyUsed, type Runtime, type Session, topologicalOrder } from '../../engine/index.js';
import type { Pooling } from '../../nst/features.js';
import { raisingGraph, responseGraph, type Viewpoint } from '../../nst/look/response_graphs.js';
import type { Network } from '../../nst/network.js';
import type { Picture, Plane } from '../../picture.js';

/** What a layer answers to a picture: `[K,h,w]`, after its relu. */
export interface Responses extends Plane {
  readonly channels: number;
}

/** What raises some neurons of a layer in a picture. */
export interface Raising {
  /** Sum of their values, each times its share, before the layer's relu. */
  readonly response: number;
  /** Its derivative by the picture, or what guided backpropagation puts in its place, `[3,H,W]`. */
  readonly gradient: Float32Array;
}

/** Raises neurons of a layer over pictures of one size. */
export interface Raiser {
  /** Of the layer. */
  readonly width: number;
  readonly height: number;
  /** `share` `[K,h,w]`: how much each neuron counts. */
  at(image: Float32Array, share: Float32Array): Promise<Raising>;
}

/** Compiled graphs kept at once: pictures of a folder come in few sizes. */
const KEPT = 4;

/** A compiled graph, and the shape of what it gives. */
interface Compiled {
  readonly session: Session;
  readonly shape: readonly number[];
}

/** Evaluates single layers of a network; graphs are compiled once for each layer, size and purpose. */
export class LayerSessions {
  readonly #network: Network;
  readonly #runtime: Runtime;
  readonly #pooling: Pooling;
  readonly #kept = new RecentlyUsed<Compiled>(KEPT, ({ session }) => session.dispose());

  constructor(network: Network, runtime: Runtime, pooling: Pooling) {
    this.#network = network;
    this.#runtime = runtime;
    this.#pooling = pooling;
  }

  /** What a layer answers to a picture. Throws `NstError` input PICTURE_TOO_SMALL. */
  async responses(layer: string, { width, height, data }: Picture): Promise<Responses> {
    const { session, shape } = await this.#compiled(`responses ${layer} ${width}x${height}`, () => {
      const graph = responseGraph(this.#view(layer, width, height));
      return { graph, shape: graph.responses.shape };
    });
    const { responses } = await session.run({ image: data });
    return { channels: shape[1], width: shape[3], height: shape[2], data: responses };
  }

  /** What raises neurons of a layer, in pictures of one size. Throws `NstError` input PICTURE_TOO_SMALL. */
  async raiser(layer: string, width: number, height: number, guided: boolean): Promise<Raiser> {
    const { session, shape } = await this.#compiled(`${guided} ${layer} ${width}x${height}`, () => {
      const graph = raisingGraph(this.#view(layer, width, height), guided);
      const share = topologicalOrder([graph.response]).find(
        (expr) => expr.op === 'input' && expr.attrs.name === 'share',
      );
      return { graph, shape: share?.shape ?? [] };
    });
    return {
      width: shape[3],
      height: shape[2],
      at: async (image, share) => {
        const { response, gradient } = await session.run({ image, share });
        return { response: response[0], gradient };
      },
    };
  }

  #view(layer: string, width: number, height: number): Viewpoint {
    return { network: this.#network, layer, pooling: this.#pooling, width, height };
  }

  #compiled(
    key: string,
    build: () => { graph: Parameters<Runtime['compile']>[0]; shape: readonly number[] },
  ): Promise<Compiled> {
    return this.#kept.get(key, async () => {
      const { graph, shape } = build();
      return { session: await this.#runtime.compile(graph), shape };
    });
  }

  /** Frees all compiled graphs. */
  async dispose(): Promise<void> {
    await this.#kept.dispose();
  }
}
