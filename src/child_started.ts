import { channel } from 'node:diagnostics_channel';

/** Hears what is published; a named type, so that who imports ours needs no types of Node. */
export interface TextChannel {
  /** Has `listener` hear each text from now on. */
  subscribe(listener: (text: unknown) => void): void;
  /** Has it hear no more. */
  unsubscribe(listener: (text: unknown) => void): void;
  /** Tells all listeners. */
  publish(text: string): void;
}

/** Each command line that is started (ffmpeg, ffprobe) is published here as a text that a shell would take. */
export const childStarted: TextChannel = channel('nst-video:child-started');
