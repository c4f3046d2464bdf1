import type { ScoreReport } from './score/score_report.js';

/** Everything a face (terminal, log, page) can learn while a job runs: one type, in order of time. */
export type RenderEvent =
  | {
      /** What a film job is going to do, once all is found in order. */
      readonly type: 'plan';
      /** The film, or the folder of pictures, that will be written. */
      readonly output: string;
      /** The folder that keeps all the job makes. */
      readonly workFolder: string;
      /** Width of the painted frames, px. */
      readonly width: number;
      /** Height of the painted frames, px. */
      readonly height: number;
      /** Frames this job covers, and how many of them are stored already. */
      readonly frames: number;
      /** How many of `frames` were painted by an earlier run and are stored. */
      readonly finished: number;
      /** How often each frame is painted; undefined where that is once. */
      readonly passes?: number | undefined;
      /** In several passes, how many paintings are left to make, over all of them. */
      readonly paintings?: number | undefined;
      /** Shots that these frames lie in, each of which begins afresh; undefined where nothing is painted. */
      readonly shots?: number | undefined;
      /** Upper estimate of what the work folder still has to hold, bytes. */
      readonly diskNeed: number;
      /** Free space where the work folder is, bytes; undefined where the system does not tell. */
      readonly diskFree: number | undefined;
    }
  | {
      /** One frame more was looked at to find where shots begin. */
      readonly type: 'look';
      /** Frames looked at so far. */
      readonly place: number;
      /** Frames to look at. */
      readonly frames: number;
      /** Beginnings of shots found so far, the film's own not among them. */
      readonly found: number;
    }
  | {
      /** Something the user should know that stops nothing. */
      readonly type: 'note';
      /** One sentence or two, for people. */
      readonly message: string;
    }
  | {
      /** A network's file is on its way: bytes that are here, and of how many where that is known. */
      readonly type: 'download';
      /** The network's name, such as `vgg19`. */
      readonly network: string;
      /** Bytes that are here, those of earlier runs included. */
      readonly received: number;
      /** Bytes of the whole file; undefined where the server does not tell. */
      readonly total: number | undefined;
    }
  | {
      /** The energy was evaluated once more. */
      readonly type: 'iteration';
      /** The frame's number in the film, from 0. */
      readonly frame: number;
      /** 1-based place of the frame in this job and the job's length. */
      readonly place: number;
      /** Frames this job covers. */
      readonly frames: number;
      /** Which pass over the frame this is, from 1; undefined where a film is painted in a single one. */
      readonly pass?: number | undefined;
      /** How many passes there are; undefined likewise. */
      readonly passes?: number | undefined;
      /** 0 for the start picture, k after the k-th step of the optimiser. */
      readonly iteration: number;
      /** Most iterations this frame will get. */
      readonly iterations: number;
      /** Weighted sum of `terms`. */
      readonly energy: number;
      /** Each term before its weight, by name: `content.LAYER`, `style.LAYER`, `temporal`, `tv`. */
      readonly terms: Readonly<Record<string, number>>;
    }
  | {
      /** A frame is painted and stored; in several passes that is told of each. */
      readonly type: 'frame';
      /** The frame's number in the film, from 0. */
      readonly frame: number;
      /** 1-based place of the frame in this job. */
      readonly place: number;
      /** Frames this job covers. */
      readonly frames: number;
      /** Which pass over the frame this is, from 1; undefined where a film is painted in a single one. */
      readonly pass?: number | undefined;
      /** How many passes there are; undefined likewise. */
      readonly passes?: number | undefined;
      /** How the frame began: afresh, at a cut, or from the warped previous frame. */
      readonly start: FrameStart;
      /** Energy of the stored picture; undefined where the frame was left unpainted. */
      readonly energy: number | undefined;
      /** Each term of that energy before its weight, by name. */
      readonly terms: Readonly<Record<string, number>>;
      /** Steps the optimiser took. */
      readonly iterations: number;
      /** Wall time of this frame, s. */
      readonly seconds: number;
      /** The stored picture, 16-bit PNG. */
      readonly path: string;
    }
  | {
      /** The flow between a frame and the one before is stored, both ways (`renderFlow`). */
      readonly type: 'flow';
      /** Its number in the source, from 0. */
      readonly frame: number;
      /** How many flows are stored now. */
      readonly place: number;
      /** Flows this job covers. */
      readonly frames: number;
    }
  | {
      /** One more frame, neuron or step of an ascent was gone through (`lookInside`). */
      readonly type: 'inside';
      /** What it was: `frame 12`, `relu4_1/12`. */
      readonly what: string;
      /** Its place among those to go through, from 1. */
      readonly place: number;
      /** How many there are. */
      readonly count: number;
    }
  | {
      /** A stylised frame was measured (`scoreFilm`). */
      readonly type: 'measured';
      /** Its number in the source, from 0. */
      readonly frame: number;
      /** How many frames are measured now. */
      readonly place: number;
      /** Frames this job covers. */
      readonly frames: number;
    }
  | {
      /** A score is there (`scoreFilm`). */
      readonly type: 'scored';
      /** The folder that holds the report; undefined where none was asked for. */
      readonly output: string | undefined;
      /** All that was measured. */
      readonly report: ScoreReport;
      /** Wall time of the job, s. */
      readonly seconds: number;
    }
  | {
      /** A frame was handed to the encoder. */
      readonly type: 'encode';
      /** 1-based place of the frame in this job. */
      readonly place: number;
      /** Frames this job covers. */
      readonly frames: number;
    }
  | {
      /** The output is written and has its name. */
      readonly type: 'done';
      /** The film, the folder of pictures, or the still. */
      readonly output: string;
      /** Frames in it. */
      readonly frames: number;
      /** Wall time of the job, s. */
      readonly seconds: number;
    };

/** The kinds of event that the next of their kind makes pointless: whoever is too slow for them sees only the latest. */
export const MOMENTARY: ReadonlySet<RenderEvent['type']> = new Set([
  'look',
  'iteration',
  'inside',
  'encode',
  'download',
]);

/**
 * How a frame began: `first` afresh, because nothing painted lies before it; `cut` afresh, because a new shot begins;
 * `warped` from the painted frame before, carried along by the flow; `unchanged`: it shows the frame before again, whose
 * painting is kept as it is; `pass` from its painting of the pass before,
 * blended with its neighbours'; `unpainted`: its iterations are 0.
 */
export type FrameStart = 'first' | 'cut' | 'warped' | 'unchanged' | 'pass' | 'unpainted';

/** Takes the events of a job as they happen. */
export type Emit = (event: RenderEvent) => void;
