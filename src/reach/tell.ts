import { type OwnEvent, ownRecorded, storeOwnEvents } from '../collect/index.ts';
import { ownersIn } from '../customers/index.ts';
import { announceAll } from '../kernel/facts.ts';
import type { WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import { markTold, type Untold, untoldReceipts } from './queries/receipts.ts';
import { workspaceRow } from './queries/state.ts';

const AT_ONCE = 5_000;
/** What people do with a message is their doing; the rest is done to them. */
const THEIRS = new Set(['opened', 'clicked', 'replied', 'unsubscribed', 'complained']);

const eventOf = ({ messageId, kind, at, code, url, customer, channel, purpose, source, templateId, variant }: Untold): OwnEvent => ({
  subject: customer, by: THEIRS.has(kind) ? 'them' : 'us', event: `message.${kind}`, at, messageId: `${messageId}:${kind}:${at.getTime()}`, channel, campaign: source.id, url,
  properties: { message: messageId, source_kind: source.kind, source: source.id, step: source.step, purpose, template: templateId, ...(variant ? { variant } : {}), ...(code ? { code } : {}) },
});

/**
 * Makes events of receipts (`message.sent`, `message.opened` …), so that conditions and reports read them, and tells that they were recorded. Killed
 * in between, it writes the same events once more, which is once. False when there is nothing to tell.
 */
export const tellSome = (stores: Stores, workspaceId: WorkspaceId): Promise<boolean> => stores.pg.tx(workspaceId, async (tx) => {
  const rows = await untoldReceipts(tx, workspaceId, AT_ONCE);
  if (rows.length === 0) return false;
  const events = rows.map(eventOf), { timezone: zone } = await workspaceRow(tx, workspaceId);
  await storeOwnEvents(stores, workspaceId, zone, events);
  await markTold(tx, workspaceId, rows);
  const owners = await ownersIn(tx, workspaceId, [...new Set(rows.map(({ customer }) => customer))]);
  await announceAll(tx, stores.clock, workspaceId, 'events.recorded', ownRecorded(events, { zone, now: stores.clock.now(), ownerOf: (subject) => owners.get(subject) }));
  return true;
});
