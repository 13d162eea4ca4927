/** Which libraries a built file asks the loader for that hold or bring an OpenSSL. None may: see native/Makefile. */
import { readElf } from '../bench/targets/elf.js';
import { assertSupportedPlatform } from '../bench/targets/platform.js';

const OPENSSL = /^lib(ssl|crypto|node)\.so/;

export function linkedOpenssl(file: string): string[] {
  return readElf(file, assertSupportedPlatform().machine).needed.filter((name) => OPENSSL.test(name));
}
