import { frameSideData, type ProbedStream } from './ffprobe.js';

/** Codecs that carry closed captions among their pictures (CEA-608 and 708, ATSC A/53 part 4). */
const CAPTIONED = new Set(['mpeg2video', 'h264', 'hevc', 'av1']);
/** Broadcasts send a little of them with every frame, also where nobody speaks. */
const FRAMES = 8;

export const CAPTIONS_LEFT_OUT =
  'The film has closed captions in its picture (CEA-608 or 708): they are left out.';

/** Whether a film's pictures come with closed captions: in the frames themselves, since not every ffprobe says so of the stream. */
export async function hasCaptions(
  path: string,
  { codec_name: codec = '', index }: ProbedStream,
): Promise<boolean> {
  if (!CAPTIONED.has(codec)) return false;
  // A film that begins with damage is looked at by those who decode it.
  const kinds = await frameSideData(path, index, FRAMES).catch(() => []);
  return [...kinds].some((kind) => /closed captions/i.test(kind));
}
