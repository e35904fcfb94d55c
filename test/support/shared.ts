import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** Real data beside the checkout; absent on a stranger's machine, where the tests that need it are skipped and counted. */
export const sharedData = resolve(import.meta.dirname, '../../../shared/data');
export const hasShared = existsSync(sharedData);
