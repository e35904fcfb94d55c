import { registerEraser, registerTimeline, type TimelineEntry } from '../customers/index.ts';
import { registerProviders } from './channels/providers.ts';
import { registerSandbox } from './channels/sandbox.ts';
import { registerTaskProvider } from './channels/task.ts';
import { registerReachSealed } from './connections.ts';
import { forgetMessages, messagesTo, type TimelineRow } from './queries/ledger.ts';
import { forgetOpenings } from './queries/openings.ts';
import { forgetSuppressed } from './queries/suppressions.ts';
import { registerTemplateUses } from './templates/segmentUses.ts';
import { registerMoods } from './traits.ts';

const FAR = new Date('9999-01-01T00:00:00Z');
const KINDS = ['reach'] as const;

const entryOf = ({ id, at, channel, purpose, state, reason, receipt, source }: TimelineRow): TimelineEntry => ({
  id: `message:${id}`, at: at.toISOString(), kind: 'reach', code: reason === null ? 'timeline.reach' : 'timeline.reach_reason',
  params: { channel, purpose, state, source, ...(reason === null ? {} : { reason }), ...(receipt === null ? {} : { receipt }) }, link: `/api/v1/reach/decisions/${id}`,
});

const registerMessages = (): void => registerTimeline({
  name: 'messages', kinds: KINDS,
  load: async (stores, workspaceId, { customers, subjects, accountId }, { before = FAR, kinds, limit }) =>
    (accountId || (kinds && !kinds.includes('reach')) ? [] : (await stores.pg.tx(workspaceId, (tx) => messagesTo(tx, workspaceId, [...customers, ...subjects], { before, limit }))).map(entryOf)),
});

const registerMessagesEraser = (): void => registerEraser({
  name: 'messages',
  inPostgres: async (tx, { clock }, workspaceId, { subjects }) => ({
    ...(await forgetMessages(tx, workspaceId, subjects, clock.now())), channel_opening: await forgetOpenings(tx, workspaceId, subjects), suppression: await forgetSuppressed(tx, workspaceId, subjects),
  }),
});

/** What reach lends to lower floors, and its own ways to send. To be called once, by app.ts. */
export function registerReach(): void {
  registerSandbox();
  registerProviders();
  registerTaskProvider();
  registerReachSealed();
  registerMoods();
  registerTemplateUses();
  registerMessages();
  registerMessagesEraser();
}
