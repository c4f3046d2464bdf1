import { parentPort, workerData } from 'node:worker_threads';
import { NstError } from '../../error.js';
import { writeAtomic } from '../../frames/atomic.js';
import { readHdf5 } from '../../nst/hdf5_file.js';
import { kerasTensors } from '../../nst/keras_weights.js';
import { encodeSafetensors, parseSafetensors } from '../../nst/safetensors.js';
import { tensorsDigest } from '../../nst/tensors_digest.js';
import { ordinaryFailure } from '../../ordinary_failure.js';
import { checkNetwork } from './check_network.js';
import type { ConversionFailure, ConversionTask } from './convert_network.js';

async function convert({ source, from, to }: ConversionTask): Promise<void> {
  const tensors = kerasTensors(await readHdf5(from), source.widths, from);
  // No date and no version: the file is the same wherever and whenever it is made, and so is its checksum.
  const bytes = encodeSafetensors(tensors, {
    network: source.name,
    about: source.about,
    licence: source.licence,
    source: source.file,
    source_md5: source.md5,
    channel_order: source.input.channel_order,
    mean: JSON.stringify(source.input.mean),
    digest: tensorsDigest(tensors),
  });
  await checkNetwork(parseSafetensors(bytes, from), source);
  await writeAtomic(to, bytes);
}

try {
  await convert(workerData as ConversionTask);
} catch (thrown) {
  const error = ordinaryFailure(thrown) ?? thrown;
  const { message, stack } = error as Error;
  const failure: ConversionFailure =
    error instanceof NstError
      ? { kind: error.kind, code: error.code, message }
      : { kind: 'bug', code: 'CONVERSION_FAILED', message: stack ?? message };
  parentPort!.postMessage(failure);
}
