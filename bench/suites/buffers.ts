/** The ways in which connections keep their buffers that `dupmark connections` compares, as plain data. */
import type { BufferSpec } from '../worker/holding-messages.js';

export interface BufferVariant {
  readonly name: string;
  readonly about: string;
  readonly buffers: BufferSpec;
}

export const BUFFER_VARIANTS: readonly BufferVariant[] = [
  {
    name: 'as it comes',
    about: 'no mode set, no read-ahead',
    buffers: { releaseBuffers: false, readAhead: false },
  },
  {
    name: 'release buffers',
    about: 'SSL_MODE_RELEASE_BUFFERS: an idle connection gives its buffers back',
    buffers: { releaseBuffers: true, readAhead: false },
  },
  {
    name: 'read ahead',
    about: 'SSL_set_read_ahead: as much is read as fits, more than one record',
    buffers: { releaseBuffers: false, readAhead: true },
  },
  {
    name: 'release buffers, read ahead',
    about: 'both',
    buffers: { releaseBuffers: true, readAhead: true },
  },
];
