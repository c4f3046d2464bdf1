/**
 * The names that artistic-videos (Ruder et al.) gives its flow files, which other programs took over: frames count
 * from 1, the frame that a flow starts from comes first. Here `frame` counts from 0 and is the later one of its pair.
 */
export const backwardName = (frame: number): string => `backward_${frame + 1}_${frame}`;
export const forwardName = (frame: number): string => `forward_${frame}_${frame + 1}`;
/** The certainty of the backward flow: white where it can be trusted. */
export const reliableName = (frame: number): string => `reliable_${frame + 1}_${frame}`;

/** Whether a file name is one of these, whatever its frames. */
export function isFlowFile(name: string): boolean {
  return /^(backward|forward)_\d+_\d+\.(flo|png)$|^reliable_\d+_\d+\.(pgm|png)$/.test(name);
}
