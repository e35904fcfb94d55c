import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { WorkspaceId } from '../kernel/ids.ts';
import type { Keyring } from '../kernel/keys.ts';
import { CLAIM_BYTES, type Claims, fromBase32, idBytes, idFrom, packClaims, type Told, type TokenKind, toBase32, unpackClaims } from './core/token.ts';

type Keys = Pick<Keyring, 'installation'>;

/** Links in mail are good for at least 60 days (RFC 8058 names none; regulators and mailbox providers ask for 30 to 60). */
const LINK_DAYS = 180;
const DAY_MS = 86_400_000;
export const linkUntil = (now: Date): Date => new Date(now.getTime() + LINK_DAYS * DAY_MS);

const MAC_BYTES = 16;
const RETURN_MAC_BYTES = 8;
const ID_BYTES = 16;
const RETURN_LENGTH = 39;

/** A key of the workspace's own for addresses in messages, made from the installation's: nothing is read for it, so that a forged token costs no store anything. */
function keyOf(keys: Keys, workspaceId: WorkspaceId): KeyObject {
  const own = keys.installation('message-tokens'), known = made.get(own) ?? new Map<WorkspaceId, KeyObject>();
  made.set(own, known);
  const key = known.get(workspaceId) ?? createSecretKey(createHmac('sha256', own).update(workspaceId).digest());
  if (known.size >= KEYS_KEPT) known.clear();
  known.set(workspaceId, key);
  return key;
}
const KEYS_KEPT = 1_000;
/** Keys that were made, ready to use: a letter has a dozen addresses, and bytes are made a key anew at each, which takes five times as long as signing. */
const made = new WeakMap<Buffer, Map<WorkspaceId, KeyObject>>();

const macOf = (keys: Keys, workspaceId: WorkspaceId, parts: readonly (string | Uint8Array)[], length: number): Buffer => {
  const mac = createHmac('sha256', keyOf(keys, workspaceId));
  for (const part of parts) mac.update(part);
  return mac.digest().subarray(0, length);
};

/**
 * A token for an address in a message: base64url, 96 characters. `bound` is text that the token is worthless without: the address a click leads to.
 */
export function signToken(keys: Keys, workspaceId: WorkspaceId, claims: Claims, bound = ''): string {
  const bytes = packClaims({ ...claims, workspaceId });
  return Buffer.concat([bytes, macOf(keys, workspaceId, [bytes, bound], MAC_BYTES)]).toString('base64url');
}

/** What a token says, if it is ours, of one of the `kinds`, bound to the same text and still good; undefined otherwise. Whose erasure came since is not asked here. */
export function readToken(keys: Keys, token: string, { kinds, now, bound = '' }: { kinds: readonly TokenKind[]; now: Date; bound?: string }): Told | undefined {
  const given = Buffer.from(token, 'base64url');
  if (given.length !== CLAIM_BYTES + MAC_BYTES || given.toString('base64url') !== token) return undefined;
  const bytes = given.subarray(0, CLAIM_BYTES);
  const told = unpackClaims(bytes);
  if (!told || !timingSafeEqual(given.subarray(CLAIM_BYTES), macOf(keys, told.workspaceId, [bytes, bound], MAC_BYTES))) return undefined;
  return kinds.includes(told.kind) && told.until > now ? told : undefined;
}

/** What stands before the @ of a return path: 39 letters and digits of either case, so that a bounce tells its message (VERP) and nobody can invent one. */
export const signReturn = (keys: Keys, workspaceId: WorkspaceId, message: string): string =>
  toBase32(Buffer.concat([idBytes(message), macOf(keys, workspaceId, ['return', idBytes(message)], RETURN_MAC_BYTES)]));

/** The message a return path names; undefined where it is none of this workspace. */
export function readReturn(keys: Keys, workspaceId: WorkspaceId, local: string): string | undefined {
  const bytes = local.length === RETURN_LENGTH ? fromBase32(local) : undefined;
  if (!bytes) return undefined;
  const id = bytes.subarray(0, ID_BYTES);
  return timingSafeEqual(bytes.subarray(ID_BYTES), macOf(keys, workspaceId, ['return', id], RETURN_MAC_BYTES)) ? idFrom(id) : undefined;
}
