import type { Picture } from '../../picture.js';
import { asPaintedOn, recoloured } from '../colour/before_painting.js';
import { changesPaint } from '../colour/colour_settings.js';
import { shotColours } from '../colour/shot_colours.js';
import type { PaintContext } from './paint_frame.js';
import type { PlacedLink } from './paint_shots.js';
import type { WeightedStyle } from './style_pictures.js';

/**
 * What a shot is painted with: its own frames and the paintings, or what `--colour` makes of them before the
 * optimisation. The paintings are recoloured by one map for all frames of the shot.
 */
export async function inColoursOfShot(
  piece: readonly PlacedLink[],
  context: PaintContext,
): Promise<PaintContext> {
  const { settings, folder, sources, solver, stylesOf } = context;
  const next = piece.find(({ frame }) => !folder.isFinished(frame));
  if (!changesPaint(settings) || !next) return context;
  const film = await shotColours(
    piece[0].shot,
    piece.map(({ frame }) => frame),
    context,
  );
  const own = new Map<number, Picture>();
  const pictureOf = ({ place, picture }: WeightedStyle) => {
    const made = own.get(place) ?? recoloured(picture, film, settings);
    own.set(place, made);
    return made;
  };
  // Another shot's were set under the same names.
  solver.forgetStyles();
  const get = async (frame: number) => asPaintedOn(await sources.get(frame), settings);
  return {
    ...context,
    stylesOf: (frame) => stylesOf(frame).map((style) => ({ ...style, picture: pictureOf(style) })),
    sources: { get },
  };
}
