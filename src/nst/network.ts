import { basename } from 'node:path';
import { type NetworkInput, readNetworkInput } from './network_input.js';
import { networkFileBad, readSafetensors, type SafetensorsFile } from './safetensors.js';
import { withOurNames } from './torch_names.js';

/** A 3×3 convolution (zero padding 1, stride 1) followed by a relu, the layer named `tap`. */
export interface Convolution {
  /** As in the file: `conv4_2` is the second convolution of block 4. */
  readonly name: string;
  /** The name of its output after the relu: `relu4_2`. */
  readonly tap: string;
  readonly block: number;
  readonly inputs: number;
  readonly outputs: number;
  /** `[outputs, inputs, 3, 3]`; the first layer's input channels are always R, G, B. */
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/** A 1×1 linear map of a tap to the space in which energies are measured. */
export interface Head {
  readonly inputs: number;
  readonly outputs: number;
  /** `[outputs, inputs, 1, 1]`. */
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/**
 * A VGG-shaped feature network as data: convolutions in order, 2×2 pooling between blocks, and, where the
 * network imitates a larger one, heads that carry its taps into that network's feature space.
 */
export interface Network {
  readonly name: string;
  readonly path: string;
  /** SHA-256 of the file. */
  readonly checksum: string;
  readonly input: NetworkInput;
  readonly convolutions: readonly Convolution[];
  readonly heads: ReadonlyMap<string, Head>;
  /** N_l of every tap for the energies' normalisers: the teacher's where there is a head, else its own width. */
  readonly channels: ReadonlyMap<string, number>;
}

/**
 * Reads a network from a safetensors file with tensors `convB_I.weight` `[out,in,3,3]`, `convB_I.bias` and,
 * optionally, `head.reluB_I.weight` `[out,in,1,1]`, `head.reluB_I.bias` with metadata `teacher_channels`.
 * Other tensors are ignored. PyTorch's names are understood too, see `withOurNames`.
 * @throws NstError `NETWORK_MISSING` (environment), `NETWORK_FILE_BAD` (input).
 */
export async function loadNetwork(path: string): Promise<Network> {
  return networkFromFile(await readSafetensors(path));
}

/** As `loadNetwork`, of a file already read. */
export function networkFromFile(given: SafetensorsFile): Network {
  const file = withOurNames(given);
  const { path, metadata, checksum } = file;
  const input = readNetworkInput(metadata, path);
  const convolutions = readConvolutions(file);
  if (input.channelOrder === 'BGR') {
    // Exchanging the first layer's input planes once spares every evaluation a permutation of the image.
    convolutions[0] = { ...convolutions[0], weight: reverseInputPlanes(convolutions[0].weight) };
  }
  const teacherChannels = readTeacherChannels(file);
  const heads = new Map<string, Head>();
  const channels = new Map<string, number>();
  for (const { tap, outputs } of convolutions) {
    const head = readHead(file, tap, outputs);
    if (head) heads.set(tap, head);
    if (head && teacherChannels[tap] === undefined)
      throw networkFileBad(path, `its metadata teacher_channels has no entry for ${tap}, which has a head`);
    channels.set(tap, head ? teacherChannels[tap] : outputs);
  }
  for (const name of file.tensors.keys()) {
    const tap = name.match(/^head\.(.+)\.weight$/)?.[1];
    if (tap && !channels.has(tap))
      throw networkFileBad(path, `tensor ${name}: there is no layer ${tap} for this head`);
  }
  const name = metadata.network ?? basename(path).replace(/\.safetensors$/, '');
  return { name, path, checksum, input, convolutions, heads, channels };
}

function readConvolutions(file: SafetensorsFile): Convolution[] {
  const places = [...file.tensors.keys()]
    .map((name) => name.match(/^conv(\d+)_(\d+)\.weight$/))
    .filter((match) => match !== null)
    .map((match) => ({ block: Number(match[1]), index: Number(match[2]) }))
    .sort((a, b) => a.block - b.block || a.index - b.index);
  if (places.length === 0)
    throw networkFileBad(file.path, 'expected tensors named conv1_1.weight, conv1_1.bias, …, found none');
  const convolutions: Convolution[] = [];
  let inputs = 3;
  let previous = { block: 0, index: 0 };
  for (const { block, index } of places) {
    const follows =
      (block === previous.block && index === previous.index + 1) ||
      (block === previous.block + 1 && index === 1);
    if (!follows)
      throw networkFileBad(
        file.path,
        `tensor conv${block}_${index}.weight: a layer is missing before it (the last one is conv${previous.block}_${previous.index})`,
      );
    const name = `conv${block}_${index}`;
    const { weight, bias, outputs } = readLayer(file, name, inputs, 3);
    convolutions.push({ name, tap: `relu${block}_${index}`, block, inputs, outputs, weight, bias });
    inputs = outputs;
    previous = { block, index };
  }
  return convolutions;
}

function readHead(file: SafetensorsFile, tap: string, inputs: number): Head | undefined {
  if (!file.tensors.has(`head.${tap}.weight`)) return undefined;
  return { inputs, ...readLayer(file, `head.${tap}`, inputs, 1) };
}

/** The weight `[outputs, inputs, size, size]` and bias `[outputs]` called `name`, shapes and values checked. */
function readLayer(file: SafetensorsFile, name: string, inputs: number, size: number) {
  const weight = tensorOf(file, `${name}.weight`, ['outputs', inputs, size, size]);
  const outputs = weight.shape[0];
  const bias = tensorOf(file, `${name}.bias`, [outputs]);
  return { outputs, weight: weight.data, bias: bias.data };
}

function tensorOf(file: SafetensorsFile, name: string, expected: (number | 'outputs')[]) {
  const tensor = file.tensors.get(name);
  if (!tensor) throw networkFileBad(file.path, `tensor ${name}: expected shape [${expected}], found none`);
  const fits =
    tensor.shape.length === expected.length &&
    expected.every((n, i) => (n === 'outputs' ? tensor.shape[i] > 0 : n === tensor.shape[i]));
  if (!fits)
    throw networkFileBad(file.path, `tensor ${name}: expected shape [${expected}], found [${tensor.shape}]`);
  const bad = tensor.data.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0)
    throw networkFileBad(
      file.path,
      `tensor ${name}: expected finite numbers, found ${tensor.data[bad]} at ${bad}`,
    );
  return tensor;
}

function readTeacherChannels(file: SafetensorsFile): Record<string, number> {
  const text = file.metadata.teacher_channels;
  if (text === undefined) return {};
  let table: unknown;
  try {
    table = JSON.parse(text);
  } catch (cause) {
    throw networkFileBad(file.path, 'its metadata teacher_channels is not JSON', cause);
  }
  const values = typeof table === 'object' && table !== null ? Object.values(table) : [Number.NaN];
  if (!values.every((v) => Number.isInteger(v) && v > 0))
    throw networkFileBad(
      file.path,
      `its metadata teacher_channels must map layers to channel counts, found ${text}`,
    );
  return table as Record<string, number>;
}

/** Weights `[out,3,3,3]` with the input planes in reverse order: those of B,G,R input serve R,G,B input. */
function reverseInputPlanes(weight: Float32Array): Float32Array {
  const out = new Float32Array(weight.length);
  for (let o = 0; o < weight.length; o += 27) {
    for (let c = 0; c < 3; c++) out.set(weight.subarray(o + 9 * c, o + 9 * c + 9), o + 9 * (2 - c));
  }
  return out;
}
