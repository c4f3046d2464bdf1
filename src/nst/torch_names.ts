import { networkFileBad, type SafetensorsFile, type Tensor } from './safetensors.js';

/** torchvision's networks see RGB 0..1, minus this mean, divided by this deviation. */
const TORCHVISION = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] };

/** Euclidean norm of the first kernel of VGG-19 as its authors published it, in whatever order of channels. */
const ORIGINAL_FIRST_NORM = 7.955915;

/**
 * A file with PyTorch's names (`features.0.weight`, `features.0.bias`, `features.2.weight`, …) as one with ours; any
 * other file as it is.
 *
 * In PyTorch's VGG a convolution is followed by its relu, and a block by its pooling, all numbered: a convolution two
 * numbers after the last one is in the same block, one three numbers after it begins the next. VGG-19 is 0, 2 | 5, 7 |
 * 10, 12, 14, 16 | 19, 21, 23, 25 | 28, ….
 *
 * Where the metadata says what input the network wants (`channel_order` and `mean`, or `input`; see
 * `readNetworkInput`), that holds. Where it says nothing, or says `torchvision`, the names are taken at their word:
 * (x/255 − mean)/deviation is folded into the first kernel, which then wants RGB 0..255 minus 255·mean.
 *
 * @throws NstError `NETWORK_FILE_BAD` (input)
 */
export function withOurNames(file: SafetensorsFile): SafetensorsFile {
  const { path, metadata } = file;
  const numbers = [...file.tensors.keys()]
    .map((name) => name.match(/^features\.(\d+)\.weight$/)?.[1])
    .filter((n) => n !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
  if (numbers.length === 0 || file.tensors.has('conv1_1.weight')) return file;
  const tensors = new Map<string, Tensor>();
  let [block, index, previous] = [1, 0, -2];
  for (const number of numbers) {
    const step = number - previous;
    if (step !== 2 && !(step === 3 && index > 0))
      throw networkFileBad(
        path,
        `tensor features.${number}.weight: expected a VGG without batch normalisation, whose next convolution is features.${previous + 2} or features.${previous + 3}`,
      );
    if (step === 3) [block, index] = [block + 1, 0];
    index++;
    for (const part of ['weight', 'bias']) {
      const tensor = file.tensors.get(`features.${number}.${part}`);
      if (tensor) tensors.set(`conv${block}_${index}.${part}`, tensor);
    }
    previous = number;
  }
  const told = metadata.channel_order ?? metadata.input;
  if (told !== undefined && !/torchvision/i.test(told)) return { ...file, tensors };
  tensors.set('conv1_1.weight', forBytes(tensors.get('conv1_1.weight')!, path));
  const mean = JSON.stringify(TORCHVISION.mean.map((m) => 255 * m));
  return { ...file, tensors, metadata: { ...metadata, channel_order: 'RGB', mean } };
}

/** A first kernel for pixels in units of 1/255 and deviations, as one for pixels 0..255. */
function forBytes(kernel: Tensor, path: string): Tensor {
  const [, inputs] = kernel.shape;
  if (inputs !== 3) return kernel; // refused by its shape later
  const norm = Math.sqrt(kernel.data.reduce((sum, w) => sum + w * w, 0));
  if (Math.abs(norm / ORIGINAL_FIRST_NORM - 1) < 1e-4)
    throw networkFileBad(
      path,
      'these are the original weights, not torchvision\'s; its metadata must say so: channel_order "BGR" (or "RGB") and mean',
    );
  const data = kernel.data.map((w, i) => w / (255 * TORCHVISION.deviation[Math.floor(i / 9) % 3]));
  return { shape: kernel.shape, data };
}
