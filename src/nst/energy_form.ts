import type { Pooling } from './features.js';
import { content } from './losses/content.js';
import { dreamOf } from './losses/dream.js';
import type { LayerLoss } from './losses/loss.js';
import { isMatched } from './losses/matched.js';
import { perPainting } from './losses/normalised.js';
import { STYLE_LOSSES, type StyleLossName } from './losses/style_losses.js';
import type { Border } from './torus.js';

/**
 * How the style layers are brought to one size: each layer's loss by its painting's, or each one's gradient by its own.
 * With `none` the layer of the strongest features decides most of a picture: relu4_1's term of Gram matrices is ten
 * thousand times relu1_1's and relu5_1's.
 */
export type Normalisation = 'none' | 'layers' | 'gradients';

/** What decides the form of the energy; a change of these needs another graph. */
export interface EnergyForm {
  readonly pooling: Pooling;
  readonly contentLayers: readonly string[];
  readonly styleLayers: readonly string[];
  /** What pictures and paintings are compared by at the style layers. */
  readonly styleLosses: readonly StyleLossName[];
  /** How the style layers are brought to one size. */
  readonly normalise: Normalisation;
  /** How many goals a frame is drawn to, each with target measures of its own. */
  readonly goals: number;
  /** Whether each goal is for a part of the frame and of its paintings only. */
  readonly guided: boolean;
  /** What a frame is to show more of: layers, `relu4_1`, and single feature maps, `relu4_1/12`. */
  readonly dream: readonly string[];
  /** What lies beyond a frame's edge. */
  readonly border: Border;
  /** Matched losses look at the painting turned by these angles, degrees, and at these scales too. */
  readonly patchAngles?: readonly number[];
  readonly patchScales?: readonly number[];
}

/** Gatys' content layer and Johnson's choice of style layers; max pooling as the reference programs. */
export const DEFAULT_FORM: EnergyForm = {
  pooling: 'max',
  contentLayers: ['relu4_2'],
  styleLayers: ['relu1_1', 'relu2_1', 'relu3_1', 'relu4_1', 'relu5_1'],
  styleLosses: ['gram'],
  normalise: 'none',
  goals: 1,
  guided: false,
  dream: [],
  border: 'zero',
};

/** What of a form says which layers it needs. */
export type FormLayers = Pick<EnergyForm, 'contentLayers' | 'styleLayers' | 'dream'>;

/** Every layer that the energy of a frame looks at; some may be there twice. */
export function formLayers({ contentLayers, styleLayers, dream }: FormLayers): string[] {
  return [...contentLayers, ...styleLayers, ...dream.map((one) => dreamOf(one).layer)];
}

/** The factors of the terms; a change of these needs no other graph. */
export interface EnergyWeights {
  readonly content: number;
  readonly style: number;
  readonly temporal: number;
  readonly tv: number;
  /** 0 unless given. */
  readonly dream?: number;
  /** Factors of the style losses within the style term; 1 where absent. */
  readonly losses?: Readonly<Partial<Record<StyleLossName, number>>>;
  /** Further factors of single terms by name, e.g. `style.relu1_1`; 1 where absent. */
  readonly layers?: Readonly<Record<string, number>>;
}

/** A loss at a layer, under the name of its term. */
export interface LayerTerm {
  readonly term: string;
  readonly loss: LayerLoss;
  readonly layer: string;
}

function termsOf(loss: LayerLoss, layers: readonly string[]): LayerTerm[] {
  return layers.map((layer) => ({ term: `${loss.name}.${layer}`, loss, layer }));
}

/** The terms of the content picture. */
export function contentTerms({ contentLayers }: EnergyForm): LayerTerm[] {
  return termsOf(content, contentLayers);
}

/** The terms of the paintings, loss by loss. */
export function styleTerms({ styleLosses, styleLayers, normalise }: EnergyForm): LayerTerm[] {
  return styleLosses.flatMap((name) => {
    const loss: LayerLoss = STYLE_LOSSES[name];
    const layers = isMatched(loss) ? theirs(loss.layers, styleLayers) : styleLayers;
    return termsOf(normalise === 'layers' ? perPainting(loss) : loss, layers);
  });
}

/** Those of the style layers that a loss is made for; all where it is made for none of them. */
function theirs(made: readonly string[], asked: readonly string[]): readonly string[] {
  const both = asked.filter((layer) => made.includes(layer));
  return both.length > 0 ? both : asked;
}

/**
 * The terms of an energy in order: `content.LAYER`…, those of the style losses (`style.LAYER`… for Gram matrices),
 * `dream.LAYER`… and
 * `dream.range`, `temporal`, `tv`.
 */
export function termNames(form: EnergyForm): string[] {
  const terms = [...contentTerms(form), ...styleTerms(form)];
  const dreams = form.dream.length > 0 ? [...form.dream.map(dreamName), DREAM_RANGE] : [];
  return [...terms.map(({ term }) => term), ...dreams, 'temporal', 'tv'];
}

/** What keeps dreams between black and white. */
export const DREAM_RANGE = 'dream.range';

/** The name of the term of a dream: `dream.relu4_1/12`. */
export function dreamName(dream: string): string {
  return `dream.${dream}`;
}

/** The factor of a term: its family's times its own. */
export function termWeight(weights: EnergyWeights, term: string): number {
  return familyWeight(weights, term.split('.')[0]) * (weights.layers?.[term] ?? 1);
}

function familyWeight(weights: EnergyWeights, family: string): number {
  if (family === 'content' || family === 'temporal' || family === 'tv') return weights[family];
  if (family === 'dream') return weights.dream ?? 0;
  const names = Object.keys(STYLE_LOSSES) as StyleLossName[];
  const name = names.find((one) => STYLE_LOSSES[one].name === family);
  return weights.style * ((name && weights.losses?.[name]) ?? 1);
}

/** Names in graphs hold letters, digits and _: `style.relu1_1` is fed and read as `style_relu1_1`. */
export function graphName(term: string): string {
  return term.replace('.', '_').replace('/', '_');
}

/** Whether the goals of a form have factors of their own: one goal for the whole frame needs none. */
export function hasFactors({ goals, guided }: EnergyForm): boolean {
  return goals > 1 || guided;
}
