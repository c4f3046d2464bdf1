/** Whether a terminal shows what this process says; some systems' nohup leaves its input there. */
export const hasTerminal = (): boolean => [process.stdout, process.stderr].some(({ isTTY }) => isTTY);

/**
 * Lets hang-ups pass where no output is a terminal whose closing could be meant, as under `nohup`. That a parent had them
 * ignored cannot be seen: Node.js takes all signals up again when it starts.
 */
export function survivesHangUps(): void {
  if (!hasTerminal()) process.on('SIGHUP', () => undefined);
}
