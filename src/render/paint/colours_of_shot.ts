import { asPaintedOn, recoloured } from '../colour/before_painting.js';
import { changesPaint } from '../colour/colour_settings.js';
import { shotColours } from '../colour/shot_colours.js';
import type { PaintContext } from './paint_frame.js';
import type { PlacedLink } from './paint_shots.js';
import { setStylesFor } from './style_pictures.js';

/**
 * What a shot is painted with: its own frames and the paintings, or what `--colour` makes of them before the
 * optimisation. The paintings are recoloured by one map for all frames of the shot.
 */
export async function inColoursOfShot(
  piece: readonly PlacedLink[],
  context: PaintContext,
): Promise<PaintContext> {
  const { settings, folder, sources, solver, styles } = context;
  const next = piece.find(({ frame }) => !folder.isFinished(frame));
  if (!changesPaint(settings) || !next) return context;
  const film = await shotColours(
    piece[0].shot,
    piece.map(({ frame }) => frame),
    context,
  );
  const own = styles.map((style) => ({ ...style, picture: recoloured(style.picture, film, settings) }));
  solver.forgetStyles();
  await setStylesFor(solver, own, await sources.get(next.frame));
  const get = async (frame: number) => asPaintedOn(await sources.get(frame), settings);
  return { ...context, styles: own, sources: { get } };
}
