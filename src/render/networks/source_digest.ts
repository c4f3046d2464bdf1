import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { NetworkSource } from './network_table.js';

/** Digests of a file, hexadecimal, read once. */
export async function digestsOf(path: string): Promise<{ md5: string; sha256: string }> {
  const [md5, sha256] = [createHash('md5'), createHash('sha256')];
  await pipeline(
    createReadStream(path, { highWaterMark: 1 << 20 }),
    async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        md5.update(chunk);
        sha256.update(chunk);
      }
    },
  );
  return { md5: md5.digest('hex'), sha256: sha256.digest('hex') };
}

/** Difference of the file at `path` from the one that `source` describes, in words; undefined where there is none. */
export async function unlikeSource(path: string, source: NetworkSource): Promise<string | undefined> {
  const found = await stat(path);
  if (!found.isFile()) return `expected a file, found ${found.isDirectory() ? 'a folder' : 'something else'}`;
  if (found.size !== source.bytes) return `expected a file of ${source.bytes} bytes, found ${found.size}`;
  const { md5, sha256 } = await digestsOf(path);
  if (md5 !== source.md5) return `expected a file of MD5 ${source.md5}, found ${md5}`;
  if (source.sha256 !== undefined && sha256 !== source.sha256)
    return `expected a file of SHA-256 ${source.sha256}, found ${sha256}`;
  return undefined;
}
