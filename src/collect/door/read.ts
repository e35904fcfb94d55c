import type { WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { normalize, type Normalized, type WireReject } from '../core/normalize.ts';
import type { Body } from '../queries/ingest.ts';
import { openBody } from './append.ts';
import type { Arrive, Arrived } from './arrive.ts';
import { unpack } from './unpack.ts';

/** An event that was refused, with what it takes to send it again as if it had been right. */
export type Refused = { body: Body; reject: WireReject; request: RefusedRequest };
/** Where an event that was refused came in: endpoint, time, and what its batch said for all its events. */
export type RefusedRequest = { endpoint: string; heardAtMs: number; around: Normalized['around'] };
export type Read = { arrived: Arrived[]; refused: Refused[] };

/** One stored body, decrypted, unpacked and read. */
export async function readBodyRow(stores: Stores, workspaceId: WorkspaceId, row: Pick<Body, 'id' | 'sourceId' | 'sealed' | 'receivedAt'>): Promise<Normalized & { endpoint: string; heardAtMs: number }> {
  const { endpoint, body, heardAtMs = row.receivedAt.getTime() } = await openBody(stores, workspaceId, row);
  const { text, isUtf8 } = await unpack(body);
  return { ...normalize(text, { endpoint, isUtf8, heardAtMs, receivedAtMs: row.receivedAt.getTime(), fallbackId: `b${row.id}` }), endpoint, heardAtMs };
}

export async function readBodies(stores: Stores, workspaceId: WorkspaceId, bodies: readonly Body[], arrive: Arrive): Promise<Read> {
  const read: Read = { arrived: [], refused: [] };
  for (const body of bodies) {
    const { events, rejects, endpoint, heardAtMs, around } = await readBodyRow(stores, workspaceId, body);
    for (const event of events) read.arrived.push(arrive(event, body));
    for (const reject of rejects) read.refused.push({ body, reject, request: { endpoint, heardAtMs, around } });
  }
  return read;
}
