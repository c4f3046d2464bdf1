import type { Expr, Runtime, Tensors } from '../../engine/index.js';
import { input } from '../../engine/index.js';
import type { Picture, Plane } from '../../picture.js';
import { type EnergyForm, type LayerTerm, styleTerms } from '../energy_form.js';
import { features } from '../features.js';
import { guideWeights } from '../guides.js';
import { isMatched, type MatchedLoss, type Matcher } from '../losses/matched.js';
import type { Network } from '../network.js';
import type { WeighedMaps } from './match.js';
import type { ProductSessions } from './product_sessions.js';
import { turnedMask, turnedPicture, turns } from './turned_view.js';

/** The matchers of one painting, by term. */
export type PaintingMatchers = ReadonlyMap<string, Matcher>;

/** A painting's matchers, and its share in its goal. */
export interface MatchedStyle {
  readonly goal: number;
  /** Of its goal's paintings; the sum is 1. */
  readonly share: number;
  readonly matchers: PaintingMatchers;
}

/** The size of a picture, and its features by layer. */
interface PictureFeatures {
  readonly width: number;
  readonly height: number;
  readonly found: Tensors;
}

/** A turned painting smaller than this has no patch of 3×3 at relu4_1. */
const MIN_SIDE = 24;

/** A matched loss at a layer. */
export type MatchedTerm = Omit<LayerTerm, 'loss'> & { readonly loss: MatchedLoss };

/** The terms of an energy that are taken towards matches. */
export function matchedTerms(form: EnergyForm): MatchedTerm[] {
  return styleTerms(form).flatMap(({ loss, ...one }) => (isMatched(loss) ? [{ ...one, loss }] : []));
}

/** The graph of the features to be matched: `image` `[1,3,H,W]` to `LAYER` `[1,K,h,w]`; none where nothing is matched. */
export function matchedFeatures(
  network: Network,
  form: EnergyForm,
  width: number,
  height: number,
): Record<string, Expr> {
  const layers = [...new Set(matchedTerms(form).map(({ layer }) => layer))];
  if (layers.length === 0) return {};
  return Object.fromEntries(features(network, input('image', [1, 3, height, width]), layers, form.pooling));
}

/** Makes the matchers of a painting, at its own size. */
export async function paintingMatchers(
  { picture, mask }: { readonly picture: Picture; readonly mask?: Plane },
  {
    network,
    runtime,
    form,
  }: { readonly network: Network; readonly runtime: Runtime; readonly form: EnergyForm },
  sessions: ProductSessions,
): Promise<PaintingMatchers> {
  const terms = matchedTerms(form);
  if (terms.length === 0) return new Map();
  const views: (PictureFeatures & { readonly mask?: Plane })[] = [];
  for (const turn of turns(form.patchAngles ?? [], form.patchScales ?? [])) {
    const view = turnedPicture(picture, turn);
    if (views.length > 0 && Math.min(view.width, view.height) < MIN_SIDE) continue;
    const { width, height, data } = view;
    const session = await runtime.compile(matchedFeatures(network, form, width, height));
    const found = await session.run({ image: data }).finally(() => session.dispose());
    views.push({ width, height, found, mask: mask && turnedMask(mask, turn) });
  }
  return new Map(
    terms.map(({ term, loss, layer }) => {
      const maps = views.map((view) => weighed(network, layer, view, view.mask));
      return [term, loss.matcher(maps, network.channels.get(layer)!, sessions.products)];
    }),
  );
}

/** Features of a picture of a size at a layer, with the weights that a mask gives its places. */
export function weighed(
  network: Network,
  layer: string,
  { width, height, found }: PictureFeatures,
  mask: Plane | undefined,
): WeighedMaps {
  const { block } = network.convolutions.find(({ tap }) => tap === layer)!;
  const data = found[layer];
  const [w, h] = [width >> (block - 1), height >> (block - 1)];
  const weights = mask && guideWeights(mask, block)[block - 1];
  return { channels: data.length / (w * h), width: w, height: h, data, weights };
}
