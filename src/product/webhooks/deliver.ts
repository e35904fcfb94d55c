import type { Caller } from '../../kernel/access/caller.ts';
import { systemCaller } from '../../kernel/access/caller.ts';
import { audit } from '../../kernel/audit.ts';
import { hideContacts } from '../../kernel/contacts.ts';
import { notFound, Refusal } from '../../kernel/errors.ts';
import { newId, type WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { TEST_KIND } from '../core/webhookKinds.ts';
import type { DeliveryView } from './contract.ts';
import { PAUSE_AFTER_MS, STEPS, waitMs } from './schedule.ts';
import { signedHeaders } from '../../kernel/webhookSignature.ts';
import { type Attempt, type AttemptRow, attemptsOf, deliveryCount, type DeliveryRow, deliveryRows, insertAttempt, insertMessages, type Message, takeDue, tryAgain, updateMessage, updateWebhook, webhookById, type WebhookRow } from './store.ts';
import { bodyOf } from './tellings.ts';
import { demandAll, need, placeIn, secretsOf } from './webhooks.ts';

const TIMEOUT_MS = 15_000;
const ANSWER_BYTES = 2_000;
const ANSWER_CHARS = 500;
/** Longer than any delivery lasts: who has not said by then what became of it is dead. */
const TAKEN_MS = 60_000;
const GONE = 410;
/** So many at once to one address; one, while it fails. */
const AT_ONCE = 4;

/** An address that fails is asked one message at a time, and not at once again. */
const REST_MS = 5_000;
const LONG_REST_MS = 60_000;
const LONG_FAILING_MS = 10 * 60_000;

type Outcome = Attempt & { retryAfter?: string | undefined };

const isDone = ({ status }: Attempt): boolean => status !== null && status >= 200 && status < 300;

/** What an answer begins with, fit to be kept and shown. */
const beginning = (body: Buffer): string => hideContacts(body.toString().replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '').replaceAll('\ufffd', '')).slice(0, ANSWER_CHARS);

async function send(stores: Stores, workspaceId: WorkspaceId, hook: WebhookRow, { id, body }: Message): Promise<Outcome> {
  const [at, beganMs, place] = [stores.clock.now(), performance.now(), placeIn(await stores.keys.of(workspaceId), hook)];
  const elapsed = (): number => Math.round(performance.now() - beganMs);
  const headers = { 'content-type': 'application/json', ...signedHeaders({ id, body, atSeconds: Math.floor(at.getTime() / 1_000), secrets: secretsOf(place, at) }) };
  try {
    const { status, headers: given, body: answer } = await stores.egress.send({ url: place.url, method: 'POST', headers, body, timeoutMs: TIMEOUT_MS, maxBytes: ANSWER_BYTES });
    return { at, status, code: null, elapsedMs: elapsed(), answer: beginning(answer), retryAfter: given['retry-after'] };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { at, status: null, code: error.code, elapsedMs: elapsed(), answer: '' };
  }
}

function messageAfter({ id, step }: Message, outcome: Outcome, now: Date): { state: DeliveryRow['state']; step: number; nextAt: Date } {
  if (isDone(outcome)) return { state: 'delivered', step, nextAt: now };
  const wait = outcome.status === GONE ? undefined : waitMs(step, { id, retryAfter: outcome.retryAfter });
  return wait === undefined ? { state: 'failed', step, nextAt: now } : { state: 'waiting', step: step + 1, nextAt: new Date(now.getTime() + wait) };
}

/** How an address stands after an attempt: well, failing, or paused because nobody is there any more. */
function webhookAfter(hook: WebhookRow, outcome: Outcome, now: Date): WebhookRow {
  if (isDone(outcome)) return { ...hook, failingSince: null, restUntil: null };
  const failingSince = hook.failingSince ?? now;
  const restUntil = new Date(now.getTime() + (now.getTime() - failingSince.getTime() > LONG_FAILING_MS ? LONG_REST_MS : REST_MS));
  const reason = outcome.status === GONE ? 'gone' : now.getTime() - failingSince.getTime() >= PAUSE_AFTER_MS ? 'failing' : null;
  return reason && hook.state === 'on' ? { ...hook, failingSince, restUntil, state: 'paused', pausedReason: reason, pausedAt: now } : { ...hook, failingSince, restUntil };
}

/** Writes down what became of a message. Sent by hand as a test, it says nothing about how the address stands. */
async function note(stores: Stores, workspaceId: WorkspaceId, webhookId: string, message: Message, outcome: Outcome): Promise<void> {
  const now = stores.clock.now();
  await stores.pg.tx(workspaceId, async (tx) => {
    const hook = await webhookById(tx, workspaceId, webhookId, { lock: true });
    if (!hook) return;
    await insertAttempt(tx, workspaceId, message.id, outcome);
    await updateMessage(tx, workspaceId, message.id, messageAfter(message, outcome, now));
    if (message.kind === TEST_KIND) return;
    const after = webhookAfter(hook, outcome, now);
    if (after.state === hook.state && after.restUntil?.getTime() === hook.restUntil?.getTime()) return;
    await updateWebhook(tx, workspaceId, after);
    if (after.state !== hook.state) await audit(tx, stores.clock, systemCaller(workspaceId), { action: 'webhook.pause', target: webhookId, detail: { reason: after.pausedReason, failingSince: after.failingSince?.toISOString() } });
  });
}

/** Sends what is due to one address, some at once; false when nothing was, or the address is paused or gone. */
export async function deliverSome(stores: Stores, workspaceId: WorkspaceId, webhookId: string): Promise<boolean> {
  const now = stores.clock.now();
  const taken = await stores.pg.tx(workspaceId, async (tx) => {
    const hook = await webhookById(tx, workspaceId, webhookId);
    if (hook?.state !== 'on' || (hook.restUntil && hook.restUntil > now)) return undefined;
    return { hook, messages: await takeDue(tx, workspaceId, { webhookId, now, until: new Date(now.getTime() + TAKEN_MS), most: hook.failingSince ? 1 : AT_ONCE }) };
  });
  if (!taken || taken.messages.length === 0) return false;
  await Promise.all(taken.messages.map(async (message) => note(stores, workspaceId, webhookId, message, await send(stores, workspaceId, taken.hook, message))));
  return true;
}

const attemptView = ({ number, at, status, code, elapsedMs, answer }: AttemptRow): DeliveryView['attempts'][number] => ({ number, at: at.toISOString(), status, code, elapsedMs, answer });

const viewOf = (row: DeliveryRow, attempts: readonly AttemptRow[]): DeliveryView => ({
  id: row.id, kind: row.kind, at: row.at.toISOString(), state: row.state, body: row.body, nextAt: row.state === 'waiting' ? row.nextAt.toISOString() : null,
  attempts: attempts.filter(({ messageId }) => messageId === row.id).map(attemptView),
});

type Asked = { state: string | undefined; before: { at: string; id: string } | null; limit: number };
const COUNT_MAX = 10_001;

/** What was told an address, the newest first, with every attempt. Refuses `webhook.not_found`. */
export async function listDeliveries(stores: Stores, caller: Caller, webhookId: string, { state, before, limit }: Asked): Promise<{ rows: DeliveryView[]; more: boolean; count: number }> {
  demandAll(caller);
  const { workspaceId } = caller;
  return stores.pg.tx(workspaceId, async (tx) => {
    if (!(await webhookById(tx, workspaceId, webhookId))) throw notFound('webhook', { id: webhookId });
    const rows = await deliveryRows(tx, workspaceId, { webhookId, state: state ?? null, before, limit: limit + 1 });
    const shown = rows.slice(0, limit);
    const attempts = await attemptsOf(tx, workspaceId, shown.map(({ id }) => id));
    return { rows: shown.map((row) => viewOf(row, attempts)), more: rows.length > limit, count: await deliveryCount(tx, workspaceId, { webhookId, state: state ?? null, most: COUNT_MAX }) };
  });
}

/** Tries an address at once with a message of no content, and says what came of it; a paused one too. Refuses `webhook.not_found`. */
export async function testWebhook(stores: Stores, caller: Caller, webhookId: string): Promise<DeliveryView> {
  demandAll(caller);
  const { workspaceId } = caller;
  const at = stores.clock.now();
  const message: Message = { id: newId(), kind: TEST_KIND, body: bodyOf({ kind: TEST_KIND, at, data: {} }), step: STEPS };
  const hook = await stores.pg.tx(workspaceId, async (tx) => {
    const row = await need(tx, workspaceId, webhookId);
    await insertMessages(tx, workspaceId, [{ ...message, webhookId, source: message.id, about: [], at }], { nextAt: new Date(at.getTime() + TAKEN_MS), step: STEPS });
    await audit(tx, stores.clock, caller, { action: 'webhook.test', target: webhookId });
    return row;
  });
  await note(stores, workspaceId, webhookId, message, await send(stores, workspaceId, hook, message));
  const { rows } = await listDeliveries(stores, caller, webhookId, { state: undefined, before: null, limit: 50 });
  const tried = rows.find(({ id }) => id === message.id);
  if (!tried) throw notFound('webhook', { id: webhookId });
  return tried;
}

/** Sends a message once more, under its own id, whatever became of it. Refuses `webhook.not_found`, `webhook.paused` (409), `delivery.not_found`. */
export async function resend(stores: Stores, caller: Caller, { webhookId, messageId }: { webhookId: string; messageId: string }): Promise<void> {
  demandAll(caller);
  const { workspaceId } = caller;
  await stores.pg.tx(workspaceId, async (tx) => {
    if ((await need(tx, workspaceId, webhookId)).state === 'paused') throw new Refusal('webhook.paused', {}, 409);
    if ((await tryAgain(tx, workspaceId, { webhookId, messageId, now: stores.clock.now() })) === 0) throw notFound('delivery', { id: messageId });
    await audit(tx, stores.clock, caller, { action: 'webhook.resend', target: messageId });
  });
}
