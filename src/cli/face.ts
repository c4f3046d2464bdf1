import type { RenderEvent } from '../render/events.js';

/** A file was fetched, or is there: what `networks pull` ends with. */
export interface FetchedEvent {
  readonly type: 'fetched';
  readonly network: string;
  /** Where the network's file is. */
  readonly path: string;
}

/** How a command failed, in the words and numbers of `NstError`. */
export interface ErrorEvent {
  readonly type: 'error';
  readonly kind: string;
  readonly code: string;
  /** The exit status of the process. */
  readonly status: number;
  readonly message: string;
}

/** All that can be said while a command runs. */
export type FaceEvent = RenderEvent | FetchedEvent | ErrorEvent;

/** Something that shows what a job does: a terminal, a log, lines of JSON. How events reach it is not its business. */
export interface Face {
  emit(event: FaceEvent): void;
  /** Something said outside the job's events, such as `stopping …`. */
  line(text: string): void;
  /** Takes away what is drawn but not meant to stay. */
  clear(): void;
  /** Nothing comes after this. */
  close(): void;
}

/** One face made of several, which also knows how far the job is. */
export interface Faces extends Face {
  /** ` after frame 12 of 72`, with the pass where there are several, or nothing before the first frame. */
  progress(): string;
}

export function together(faces: readonly Face[]): Faces {
  let progress = '';
  return {
    emit(event) {
      if (event.type === 'frame' || event.type === 'flow' || event.type === 'measured') {
        const { pass, passes } = event.type === 'frame' ? event : {};
        const which = pass === undefined ? '' : `, pass ${pass}/${passes}`;
        progress = ` after frame ${event.place} of ${event.frames}${which}`;
      }
      for (const face of faces) face.emit(event);
    },
    line: (text) => {
      for (const face of faces) face.line(text);
    },
    clear: () => {
      for (const face of faces) face.clear();
    },
    close: () => {
      for (const face of faces) face.close();
    },
    progress: () => progress,
  };
}
