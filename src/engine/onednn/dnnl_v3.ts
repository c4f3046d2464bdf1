import type { LibraryHandle } from 'koffi';
import type { Dnnl } from './dnnl.js';
import type { Koffi } from './library.js';

export function dnnlVersion3(_koffi: Koffi, _library: LibraryHandle, version: string): Dnnl {
  throw new Error(`version ${version} is not known yet`);
}
