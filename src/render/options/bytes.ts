import { invalidArgument } from '../../error.js';

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
};

/**
 * Bytes of `4GiB`, `4G` (the same), `4GB` (4·10⁹) or `4294967296`.
 * @param name what is being read, for the message
 * @throws NstError usage INVALID_ARGUMENT
 */
export function parseBytes(text: string, name: string): number {
  const [, number, unit = ''] = text.trim().match(/^(\d+(?:\.\d+)?)\s*([a-z]*)$/i) ?? [];
  const factor = UNITS[unit.toLowerCase().replace('ib', '')];
  const bytes = Math.round(Number(number) * (factor ?? Number.NaN));
  if (!(bytes > 0 && Number.isSafeInteger(bytes)))
    throw invalidArgument(name, 'a size such as 4GiB or 800MB', text);
  return bytes;
}
