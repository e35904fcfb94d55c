import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import type { Plugin } from 'vite';

const TEXT = /\.(?:js|css|html|svg)$/;
/** Above this the file grows little smaller, and takes a build many times as long. */
const QUALITY = 9;
const SMALL_BYTES = 1_024;

/** Beside every text of what was built, the same compressed: the server hands that to browsers that take it. */
export const compressed = (): Plugin => ({
  name: 'compressed',
  apply: 'build',
  writeBundle({ dir = '' }) {
    for (const file of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
      if (!TEXT.test(file)) continue;
      const text = readFileSync(join(dir, file));
      if (text.length > SMALL_BYTES) writeFileSync(join(dir, `${file}.br`), brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: text.length } }));
    }
  },
});
