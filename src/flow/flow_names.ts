/**
 * The names that artistic-videos (Ruder et al.) gives its flow files, which other programs took over: frames count
 * from 1, the frame that a flow starts from comes first. Here frames count from 0.
 */
export const flowName = (from: number, to: number): string =>
  `${from > to ? 'backward' : 'forward'}_${from + 1}_${to + 1}`;
/** The certainty of that flow: white where it can be trusted. */
export const reliableName = (from: number, to: number): string => `reliable_${from + 1}_${to + 1}`;

/** Whether a file name is one of these, whatever its frames. */
export function isFlowFile(name: string): boolean {
  return /^(backward|forward)_\d+_\d+\.(flo|png)$|^reliable_\d+_\d+\.(pgm|png)$/.test(name);
}
