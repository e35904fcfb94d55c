import { calledBy } from '../../customers/index.ts';
import { userById } from '../../kernel/access/index.ts';
import { type Caller, demand } from '../../kernel/access/caller.ts';
import { audit } from '../../kernel/audit.ts';
import { notFound, Refusal } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import type { TemplateDocument } from '../core/templates/document.ts';
import { propose } from '../propose.ts';
import { bookIn } from './blocks/book.ts';
import { compileDocument } from './compile.ts';
import type { TestAsked } from './contract.ts';
import { insertVersion, newestTest, templateById, TEST_FROM } from './store.ts';

const HOUR_MS = 3_600_000;
/** Before everything else that is due. */
const FIRST = 1_000_000;
const EVERYBODY = { stages: [], segments: [], angles: [], arms: [] };

/** The one text that is tried, for whoever gets it. */
function only(draft: TemplateDocument, { variant: key, channel, language }: TestAsked): TemplateDocument {
  const variant = draft.variants.find((one) => one.key === key);
  const entry = variant?.contents.find((one) => one.language === language && one.content.channel === channel);
  if (!variant || !entry) throw new Refusal('template.nothing_fits', { channel, language });
  return { language, sample: draft.sample, variants: [{ ...variant, when: EVERYBODY, contents: [entry] }] };
}

/** The customer who is the caller: whoever has their address here. */
async function recipient(stores: Stores, { workspaceId, actor }: Caller): Promise<string> {
  if (actor.kind !== 'user') throw new Refusal('access.person_only', {}, 403);
  const { email } = await userById(stores, actor.id);
  const customer = (await calledBy(stores, workspaceId, [email])).get(email);
  if (!customer) throw new Refusal('template.test_no_address', { address: email });
  return customer;
}

/**
 * Sends one text of the saved draft to the caller, as their own customer record has it, by the way every message goes: decided, written down, sent.
 * Refuses `template.not_found`, `template.nothing_fits`, `template.test_no_address`, `access.person_only`, and what does not compile. The message's id.
 */
export async function testTemplate(stores: Stores, caller: Caller, id: string, asked: TestAsked): Promise<string> {
  demand(caller, 'reach.write');
  const { workspaceId } = caller, at = stores.clock.now();
  const customer = await recipient(stores, caller);
  const { row, book } = await stores.pg.tx(workspaceId, async (tx) => ({ row: await templateById(tx, workspaceId, id), book: await bookIn(tx, workspaceId) }));
  if (!row) throw notFound('template', { id });
  const document = only(row.draft, asked), compiled = await compileDocument(document, book), message = newId();
  await stores.pg.tx(workspaceId, async (tx) => {
    if (!(await templateById(tx, workspaceId, id))) throw notFound('template', { id });
    const version = Math.max(TEST_FROM, (await newestTest(tx, workspaceId, id)) + 1);
    await insertVersion(tx, workspaceId, { templateId: id, version, purpose: row.purpose, document, compiled, findings: [], reason: '', publishedBy: caller.actor.id, publishedAt: at, experimentId: null });
    // Somebody asked for it, so that it is service whatever the text will be for: no cap of theirs is used up.
    await propose(tx, stores, workspaceId, [{
      id: message, customer, source: { kind: 'test', id, version, step: asked.variant, enrolment: null }, channel: asked.channel, purpose: 'service', template: { id, version }, params: asked.event,
      priority: FIRST, ifBlocked: 'drop', dueAt: at, expiresAt: new Date(at.getTime() + HOUR_MS),
    }]);
    await audit(tx, stores.clock, caller, { action: 'template.tested', target: id, detail: { channel: asked.channel, language: asked.language } });
  });
  return message;
}
