import type { WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { normalize, type Normalized, type WireReject } from '../core/normalize.ts';
import { blobsOf, bodiesOf, type Body } from '../queries/ingest.ts';
import { openBody } from './append.ts';
import type { Arrive, Arrived } from './arrive.ts';
import { atHandIn, type OpenedBody } from './atHand.ts';
import { unpack } from './unpack.ts';

/** An event that was refused, with what it takes to send it again as if it had been right. */
export type Refused = { body: Body; reject: WireReject; request: RefusedRequest };
/** Where an event that was refused came in: endpoint, time, and what its batch said for all its events. */
export type RefusedRequest = { endpoint: string; heardAtMs: number; around: Normalized['around'] };
export type Read = { arrived: Arrived[]; refused: Refused[] };

type BodyRead = Normalized & { endpoint: string; heardAtMs: number };

async function readOpened({ endpoint, body, heardAtMs: heard }: OpenedBody, { id, receivedAt }: Pick<Body, 'id' | 'receivedAt'>): Promise<BodyRead> {
  const { text, isUtf8 } = await unpack(body), receivedAtMs = receivedAt.getTime(), heardAtMs = heard ?? receivedAtMs;
  return { ...normalize(text, { endpoint, isUtf8, heardAtMs, receivedAtMs, fallbackId: `b${id}` }), endpoint, heardAtMs };
}

/** One stored body, decrypted, unpacked and read. */
export const readBodyRow = async (stores: Stores, workspaceId: WorkspaceId, row: Pick<Body, 'id' | 'sourceId' | 'receivedAt'> & { sealed: Buffer }): Promise<BodyRead> =>
  readOpened(await openBody(stores, workspaceId, row), row);

/** The bodies of a batch: those this process took in are at hand, of the others the blobs. */
const findBodies = (stores: Stores, workspaceId: WorkspaceId, batch: string): Promise<{ body: Body; opened: OpenedBody | undefined; sealed: Buffer | undefined }[]> => stores.pg.tx(workspaceId, async (tx) => {
  const { take } = atHandIn(stores);
  const found = (await bodiesOf(tx, workspaceId, batch)).map(({ mark, ...body }) => ({ body, opened: take(workspaceId, mark) }));
  const blobs = await blobsOf(tx, workspaceId, found.flatMap(({ body, opened }) => (opened ? [] : [body.id])));
  return found.map((one) => ({ ...one, sealed: blobs.get(one.body.id) }));
});

export async function readBodies(stores: Stores, workspaceId: WorkspaceId, batch: string, arrive: Arrive): Promise<Read> {
  const read: Read = { arrived: [], refused: [] };
  for (const { body, opened, sealed } of await findBodies(stores, workspaceId, batch)) {
    const { events, rejects, endpoint, heardAtMs, around } = await readOpened(opened ?? (await openBody(stores, workspaceId, { ...body, sealed: sealed as Buffer })), body);
    for (const event of events) read.arrived.push(arrive(event, body));
    for (const reject of rejects) read.refused.push({ body, reject, request: { endpoint, heardAtMs, around } });
  }
  return read;
}
