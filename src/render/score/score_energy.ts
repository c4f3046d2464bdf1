import type { FrameSolver } from '../../nst/solver.js';
import type { Picture } from '../../picture.js';
import type { JobContext } from '../job.js';
import { networkPath } from '../networks/network_path.js';
import type { Settings } from '../options/setting_types.js';
import { startSolver } from '../paint/start_solver.js';
import { readStyles, setStyles, stylesAt, type WeightedStyle } from '../paint/style_pictures.js';
import { frameClock, shareKeyframes } from '../paint/style_shares.js';
import type { ScoredFilms } from './scored_films.js';

/** Content counts for the network, paint for the styles; what holds frames together is measured otherwise. */
const WEIGHTS = { content: 1, style: 1, temporal: 0, tv: 0 };

/** The energy of stylised frames as painting them would count it; without a painting, of their content only. */
export class ScoreEnergy {
  private constructor(
    private readonly solver: FrameSolver,
    /** The paintings as they count for a frame; none where frames are held against their content only. */
    private readonly stylesOf: ((frame: number) => readonly WeightedStyle[]) | undefined,
  ) {}

  /** @throws NstError what networkPath, readStyles and startSolver throw. */
  static async open(
    settings: Settings,
    films: ScoredFilms,
    threads: number,
    { emit, signal }: JobContext,
  ): Promise<ScoreEnergy> {
    const note = (message: string) => emit({ type: 'note', message });
    const painted = settings.style.length > 0;
    const clock = frameClock(films.source.video);
    const shares = painted ? shareKeyframes(settings, clock) : [];
    const styles = painted ? await readStyles(settings, films, note, shares) : [];
    const network = await networkPath(settings.network, { offline: settings.offline, emit, signal });
    const solver = await startSolver(
      network,
      { ...settings, threads, precision: 'float32' },
      painted ? {} : { styleLayers: [] },
    );
    try {
      if (painted) await setStyles(solver, styles);
      const stylesOf = (frame: number) => stylesAt(styles, shares, clock(frame));
      return new ScoreEnergy(solver, painted ? stylesOf : undefined);
    } catch (error) {
      await solver.close();
      throw error;
    }
  }

  /** The content and style terms of a frame before their weights, by name. */
  async termsOf(frame: number, stylised: Picture, source: Picture): Promise<Record<string, number>> {
    if (this.stylesOf) await setStyles(this.solver, this.stylesOf(frame));
    const { terms } = await this.solver.evaluate({ image: stylised, content: source, weights: WEIGHTS });
    return Object.fromEntries(Object.entries(terms).filter(([name]) => name.includes('.')));
  }

  /** Ends the solver's thread. */
  close(): Promise<void> {
    return this.solver.close();
  }
}
