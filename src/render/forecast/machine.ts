import { availableParallelism, cpus, freemem, totalmem } from 'node:os';

/** What this process may use of the machine. */
export interface Machine {
  /** System and architecture, `linux x64`. */
  readonly platform: string;
  /** Name of its processor. */
  readonly processor: string;
  /** Cores this process may run on. */
  readonly cores: number;
  /** Bytes of memory. */
  readonly memory: {
    /** Bytes: the machine's, or the container's limit where that is lower. */
    readonly total: number;
    /** Bytes free for this process now. */
    readonly available: number;
    /** Whether a container's limit is lower than what the machine has. */
    readonly limited: boolean;
  };
}

/** Looks at the machine; a container's limits count as far as Node knows them. */
export function lookAtMachine(): Machine {
  const installed = totalmem();
  // Without a limit this is 0 or some number beyond all memory, by platform; early Node 20 does not tell what is available.
  const limit = process.constrainedMemory?.() ?? 0;
  const limited = limit > 0 && limit < installed;
  const total = limited ? limit : installed;
  const available = Math.min(total, process.availableMemory?.() ?? freemem());
  return {
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory: { total, available, limited },
  };
}
