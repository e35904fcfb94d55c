import type { Caller } from '../../../kernel/access/caller.ts';
import type { Stores } from '../../../kernel/stores.ts';
import { heardIn } from '../../core/bounces.ts';
import { type ReceiptIn, recordReceipts, type ReceiptsTaken } from '../../receipts.ts';
import { readReturn } from '../../tokens.ts';
import { letterOf } from './parse.ts';

/**
 * Takes a raw letter that came to an address of ours (a bounce, a complaint, an answer) and notes what it tells of messages. The return path, being
 * signed, says which message it is; without one, the first id of the letter that looks like ours. Refuses `inbound.unreadable`.
 */
export async function takeLetter(stores: Stores, { workspaceId }: Caller, raw: Uint8Array, recipients: readonly string[]): Promise<ReceiptsTaken> {
  const at = stores.clock.now();
  const heard = heardIn(await letterOf(raw, recipients)).map(({ kind, code, local, messageIds }): ReceiptIn | undefined => {
    const message = (local && readReturn(stores.keys, workspaceId, local)) ?? messageIds[0];
    return message ? { message, kind, at, code } : undefined;
  });
  return recordReceipts(stores, workspaceId, heard.filter((one) => one !== undefined));
}
