import { readFileSync } from 'node:fs';
import { NstError } from './error.js';

// The part of the WebAssembly interface that is used here; neither lib es2023 nor Node's types declare it.
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

/**
 * Kernels compiled to WebAssembly beside the program: the file is read and compiled at the first instance.
 *
 * @param name what they are kernels of, `flow`, for the message and for the code `FLOW_KERNELS_MISSING`
 * @returns makes an instance with the given imports, and gives its exports; throws that NstError (environment) where the
 *   file is missing or does not load
 */
export function wasmKernels<Exports>(file: URL, name: string): (imports?: object) => Exports {
  let compiled: object | undefined;
  return (imports = {}) => {
    try {
      compiled ??= new WebAssembly.Module(readFileSync(file));
    } catch (cause) {
      throw new NstError(
        'environment',
        `${name.toUpperCase()}_KERNELS_MISSING`,
        `${file.pathname}: expected the compiled ${name} kernels, found none that load; build or install again`,
        { cause },
      );
    }
    return new WebAssembly.Instance(compiled, imports).exports as Exports;
  };
}
