import type { Command } from 'commander';
import type { ScoreOptions } from '../render/options/options.js';
import { scoreFilm } from '../render/score/score_film.js';
import { act } from './act.js';
import { addOptions } from './options.js';

/** Adds `score <film> <out>`: a job whose result is a table. */
export function addScoreCommand(make: (parent: Command, name: string) => Command, program: Command): void {
  const score = make(program, 'score')
    .description('measure how steady a stylised film is')
    .argument('<film>', 'the source film')
    .argument('<out>', 'what was made of it: a film, pictures, or a work folder');
  addOptions(score, 'score').action((film: string, stylised: string, given) =>
    act('score', given, (options: ScoreOptions, job) => scoreFilm(film, stylised, options, job)),
  );
}
