import { createHmac, randomBytes } from 'node:crypto';
import { uuidOf, type WorkspaceId } from '../ids.ts';
import type { Keyring } from '../keys.ts';

const SECRET_BYTES = 32;
const SECRET_LENGTH = 43;
const WORKSPACE_LENGTH = 22;

/** 256 random bits, fit for a cookie or an address. */
export const newSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');

/** What is kept of a secret: a keyed digest, worthless without the installation's key. `purpose` keeps the kinds apart. */
export const digestOf = (keys: Keyring, purpose: 'session' | 'api-key' | 'invitation' | 'attempt', secret: string): Buffer =>
  createHmac('sha256', keys.installation('access')).update(purpose).update('\0').update(secret).digest();

/** What a token of a workspace begins with: an API key, or an invitation. */
export type TokenKind = 'prn_' | 'inv_';

/** A token that carries its workspace, so that it can be looked up inside that workspace's row-level security. */
export const newToken = (kind: TokenKind, workspaceId: WorkspaceId): string =>
  `${kind}${newSecret()}${Buffer.from(workspaceId.replaceAll('-', ''), 'hex').toString('base64url')}`;

const SHAPE = new RegExp(`^(?:prn_|inv_)[A-Za-z0-9_-]{${SECRET_LENGTH + WORKSPACE_LENGTH}}$`);

/** The workspace a token names; undefined when it is no token of this kind. Whether it is a true one, only the digest tells. */
export function workspaceOfToken(kind: TokenKind, token: string): WorkspaceId | undefined {
  if (!token.startsWith(kind) || !SHAPE.test(token)) return undefined;
  return uuidOf(Uint8Array.from(Buffer.from(token.slice(-WORKSPACE_LENGTH), 'base64url')));
}
