/** Which node executable the workers of shared-library targets run under. */

import { resolveNodeRelease } from './node-release.js';
import type { FetchOptions } from './options.js';

/** The release that stands in where the running Node cannot be used. It has its OpenSSL built in. */
export const STAND_IN_NODE = '20.20.2';

/** Whether the running Node takes its OpenSSL from a shared library, as distributions build it. */
export function usesSharedOpenssl(): boolean {
  const variables: Readonly<Record<string, unknown>> = { ...process.config.variables };
  return variables.node_shared_openssl === true || variables.node_shared_openssl === 'true';
}

/**
 * Absolute path of the node executable for workers that open a shared library. A Node with a shared OpenSSL
 * has a libssl in the process before the addon opens another; of two with one SONAME the loader gives back the
 * first, whatever path is asked for. There a Node release with its own OpenSSL is fetched instead. Throws
 * CouldNotRun when that is not to be had.
 */
export async function workerNode(options: FetchOptions = {}): Promise<string> {
  if (!usesSharedOpenssl()) return process.execPath;
  // A refresh is about the target that was asked for.
  return (await resolveNodeRelease(STAND_IN_NODE, { ...options, refresh: false })).node;
}
