/** Whether any of this process's streams is a terminal. */
export const hasTerminal = (): boolean =>
  [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY);

/**
 * Lets hang-ups pass where no stream is a terminal whose closing could be meant, as under `nohup`. That a parent had them
 * ignored cannot be seen: Node.js takes all signals up again when it starts.
 */
export function survivesHangUps(): void {
  if (!hasTerminal()) process.on('SIGHUP', () => undefined);
}
