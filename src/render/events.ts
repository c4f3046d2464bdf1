/** Everything a face (terminal, log, page) can learn while a job runs: one type, in order of time. */
export type RenderEvent =
  | {
      readonly type: 'plan';
      readonly output: string;
      readonly workFolder: string;
      readonly width: number;
      readonly height: number;
      /** Frames this job covers, and how many of them are stored already. */
      readonly frames: number;
      readonly finished: number;
      /** Upper estimate of what the work folder still has to hold, bytes. */
      readonly diskNeed: number;
      readonly diskFree: number | undefined;
    }
  | { readonly type: 'note'; readonly message: string }
  | {
      /** A network's file is on its way: bytes that are here, and of how many where that is known. */
      readonly type: 'download';
      readonly network: string;
      readonly received: number;
      readonly total: number | undefined;
    }
  | {
      readonly type: 'iteration';
      readonly frame: number;
      /** 1-based place of the frame in this job and the job's length. */
      readonly place: number;
      readonly frames: number;
      readonly iteration: number;
      readonly iterations: number;
      readonly energy: number;
      /** Each term before its weight, by name. */
      readonly terms: Readonly<Record<string, number>>;
    }
  | {
      readonly type: 'frame';
      readonly frame: number;
      readonly place: number;
      readonly frames: number;
      /** How the frame began: afresh, at a cut, or from the warped previous frame. */
      readonly start: FrameStart;
      readonly energy: number | undefined;
      readonly iterations: number;
      /** Wall time of this frame, s. */
      readonly seconds: number;
    }
  | {
      /** The flow of a frame to the one before is stored, both ways (`nst-video flow`). */
      readonly type: 'flow';
      readonly frame: number;
      /** How many flows are stored, and how many the job covers. */
      readonly place: number;
      readonly frames: number;
    }
  | { readonly type: 'encode'; readonly place: number; readonly frames: number }
  | { readonly type: 'done'; readonly output: string; readonly frames: number; readonly seconds: number };

export type FrameStart = 'first' | 'cut' | 'warped' | 'unpainted';

export type Emit = (event: RenderEvent) => void;
