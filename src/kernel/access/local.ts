import { timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Files, writeOnce } from '../files.ts';
import { newSecret } from './tokens.ts';

/** The token of the command line on this machine: a file that only the owner of the data folder can read. */
export const localTokenPath = ({ dataDir }: Pick<Files, 'dataDir'>): string => join(dataDir, 'cli.token');

const BEGINNING = 'cli_';

/** Reads the token, making it at first use. */
export function localToken(files: Pick<Files, 'dataDir'>): string {
  const path = localTokenPath(files);
  if (!existsSync(path)) writeOnce(path, `${BEGINNING}${newSecret()}`);
  return readFileSync(path, 'utf8').trim();
}

const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;

/** Whether a request comes from this machine itself, not through a proxy that runs on it. */
export const isLocal = (remoteAddress: string | undefined, headers: Readonly<Record<string, unknown>>): boolean =>
  LOOPBACK.test(remoteAddress ?? '') && headers['x-forwarded-for'] === undefined && headers.forwarded === undefined && headers['x-real-ip'] === undefined;

export function isLocalToken(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return given.startsWith(BEGINNING) && a.length === b.length && timingSafeEqual(a, b);
}
