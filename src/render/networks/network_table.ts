import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { NstError } from '../../error.js';
import { didYouMean } from '../../nearest.js';
import type { Widths } from '../../nst/keras_weights.js';
import type { KnownActivation } from '../../nst/known_activations.js';
import { printable } from '../../printable.js';
import { checkRecord, finiteNumber, parseRecord, positiveWhole } from '../../stored_record.js';

/** A network that is fetched on demand. */
export interface NetworkSource {
  readonly name: string;
  readonly about: string;
  readonly licence: string;
  /** The name of the file at all its homes, and in the cache folder where it was fetched by hand. */
  readonly file: string;
  readonly bytes: number;
  /** Of the whole file, hexadecimal. */
  readonly md5: string;
  /** Likewise; absent where no copy of the file was at hand to take it of. */
  readonly sha256?: string;
  /** Homes of the same file, tried in order. */
  readonly urls: readonly string[];
  /** The layers that are taken over. */
  readonly widths: Widths;
  /** Metadata of the converted file: what `readNetworkInput` wants to know. */
  readonly input: { readonly channel_order: 'RGB' | 'BGR'; readonly mean: readonly number[] };
  readonly activations: readonly KnownActivation[];
}

const VGG19_FILE = 'vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5';

/** Every network this program can fetch, and from where. */
const TABLE: readonly NetworkSource[] = [
  {
    name: 'vgg19',
    about: 'VGG-19, Simonyan & Zisserman 2014, as Keras distributes it',
    licence: 'CC BY 4.0',
    file: VGG19_FILE,
    bytes: 80_134_624,
    md5: '253f8cb515780f3b799900260a226db6',
    sha256: undefined,
    urls: [
      `https://storage.googleapis.com/tensorflow/keras-applications/vgg19/${VGG19_FILE}`,
      `https://github.com/fchollet/deep-learning-models/releases/download/v0.1/${VGG19_FILE}`,
    ],
    // Energies look no deeper than conv5_1: the last three convolutions would be read in vain.
    widths: [[64, 64], [128, 128], [256, 256, 256, 256], [512, 512, 512, 512], [512]],
    input: { channel_order: 'BGR', mean: [103.939, 116.779, 123.68] },
    // Computed in float64 by another program from another copy of these weights.
    activations: [
      { tap: 'relu1_1', mean: 27.197127140176704, l2: 19187.184598057538 },
      { tap: 'relu2_2', mean: 155.42559212386382, l2: 94234.78753112922 },
      { tap: 'relu3_4', mean: 803.8218032881123, l2: 263246.1187897359 },
    ],
  },
];

/** Channels of a layer. */
const width = v.pipe(positiveWhole, v.maxValue(65_536));

const http = v.pipe(
  v.string(),
  v.check((url) => /^https?:/.test(url) && URL.canParse(url), 'an http address'),
);

/** What a file may say of a network instead of the table. */
const schema = v.partial(
  v.object({
    name: v.picklist(TABLE.map(({ name }) => name)),
    about: v.string(),
    licence: v.string(),
    // It is put into the cache folder under this name.
    file: v.pipe(v.string(), v.regex(/^[\w-][\w.-]*$/, "a file's name")),
    bytes: positiveWhole,
    md5: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/, '32 hexadecimal digits')),
    sha256: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits'))),
    urls: v.pipe(v.array(http, 'a list of http addresses'), v.minLength(1, 'a list of http addresses')),
    widths: v.pipe(v.array(v.pipe(v.array(width), v.minLength(1))), v.minLength(1)),
    input: v.object({
      channel_order: v.picklist(['RGB', 'BGR']),
      mean: v.pipe(v.array(finiteNumber), v.length(3)),
    }),
    activations: v.array(
      v.object({ tap: v.pipe(v.string(), v.regex(/^relu\d+_\d+$/)), mean: finiteNumber, l2: finiteNumber }),
    ),
  }),
);

/** The names of all networks that can be fetched. */
export const FETCHED_NAMES: readonly string[] = TABLE.map(({ name }) => name);

/**
 * The table, with what the file named by `NST_VIDEO_NETWORKS` says instead: JSON, by network name the fields that
 * differ, for example `{"vgg19": {"urls": ["https://mirror.example/vgg19.h5"]}}`.
 * @throws NstError `NETWORK_TABLE_BAD` (input)
 */
export function networkTable(override = process.env.NST_VIDEO_NETWORKS): readonly NetworkSource[] {
  if (!override) return TABLE;
  const name = `${override} (NST_VIDEO_NETWORKS)`;
  const bad = (problem: string, cause?: unknown) =>
    new NstError('input', 'NETWORK_TABLE_BAD', `${name}: ${problem}`, { cause });
  let text: string;
  try {
    text = readFileSync(override, 'utf8');
  } catch (cause) {
    throw bad(`expected a JSON file that can be read (${(cause as NodeJS.ErrnoException).code})`, cause);
  }
  const code = 'NETWORK_TABLE_BAD';
  // Which networks and fields there are is asked first: their names may be misspelt.
  const named = parseRecord(name, text, v.record(v.string(), v.record(v.string(), v.unknown())), { code });
  for (const [network, change] of Object.entries(named)) {
    if (!FETCHED_NAMES.includes(network))
      throw bad(
        `expected networks among ${FETCHED_NAMES.join(', ')}, found ${printable(network, 80)}${didYouMean(network, FETCHED_NAMES)}`,
      );
    const fields = Object.keys(schema.entries);
    const unknown = Object.keys(change).find((key) => !fields.includes(key));
    if (unknown !== undefined)
      throw bad(`${network}: expected ${fields.join(', ')}, found ${printable(unknown, 80)}`);
  }
  const changes = checkRecord(name, named, v.record(v.string(), schema), { code });
  return TABLE.map((entry) => ({ ...entry, ...given(changes[entry.name]) }));
}

/** The fields that a change has. */
function given(change: Partial<NetworkSource> = {}): Partial<NetworkSource> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}
