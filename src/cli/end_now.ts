/**
 * Ends this process with a status and without anything more, also while a thread computes in a library: `process.exit` waits
 * for such threads, or has them abort the process. Returns only where the system's function cannot be found.
 */
export async function endNow(status: number): Promise<void> {
  try {
    const { default: koffi } = await import('koffi');
    const [library, name] =
      process.platform === 'win32' ? ['C:\\Windows\\System32\\kernel32.dll', 'ExitProcess'] : [null, '_exit'];
    koffi.load(library).func(`void ${name}(int)`)(status);
  } catch {
    process.kill(process.pid, 'SIGKILL');
  }
}
