import { channel } from 'node:diagnostics_channel';

/** Each command line that is started (ffmpeg, ffprobe) is published here as a text that a shell would take. */
export const childStarted = channel('nst-video:child-started');
