import { demandSeen } from '../../customers/index.ts';
import { type Caller, demand } from '../../kernel/access/caller.ts';
import { notFound, Refusal } from '../../kernel/errors.ts';
import type { Stores } from '../../kernel/stores.ts';
import type { Rendered } from '../core/message.ts';
import type { TemplateDocument } from '../core/templates/document.ts';
import { lengthOf, signed } from '../core/templates/lintSms.ts';
import type { Book, SharedBlock } from '../core/templates/shared.ts';
import { type Chosen, choose, languagesFor } from '../core/templates/select.ts';
import { bookIn, spokenBook } from './blocks/book.ts';
import { compileEntry } from './compile.ts';
import type { PreviewAsked, PreviewReply } from './contract.ts';
import { rulesIn, smsRulesOf } from './lintNow.ts';
import { loadReaders, membersOf, readerOf, segmentsOf } from './readers.ts';
import { ready, renderEntry } from './render.ts';
import { EXAMPLE, mannerOf, scopeOf } from './scope.ts';
import { versionRows } from './store.ts';
import { NOBODY } from '../../kernel/ids.ts';


async function documentOf(stores: Stores, caller: Caller, { document, template }: PreviewAsked): Promise<TemplateDocument> {
  if (document) return document;
  const found = template && (await stores.pg.tx(caller.workspaceId, (tx) => versionRows(tx, caller.workspaceId, template.id))).find(({ version }) => version === template.version);
  if (!found) throw notFound('template.version', { version: template?.version });
  return found.document;
}

/** The text of the variant that is looked at, whoever it is for. */
function named(document: TemplateDocument, { variant: key, channel, language }: PreviewAsked): Chosen | undefined {
  const variant = document.variants.find((one) => one.key === key);
  return variant && languagesFor(language, document.language).flatMap((wanted) => {
    const entry = variant.contents.find((one) => one.language === wanted && one.content.channel === channel);
    return entry ? [{ variant, entry }] : [];
  })[0];
}

async function smsOf(stores: Stores, { workspaceId }: Caller, content: Rendered): Promise<PreviewReply['sms']> {
  if (content.channel !== 'sms') return null;
  const rules = await stores.pg.tx(workspaceId, (tx) => rulesIn(tx, workspaceId));
  return { ...lengthOf(content.text, rules.signature, smsRulesOf(rules.smsProvider)), signed: signed(content.text, rules.signature) };
}

/** The blocks a preview calls: those of now, and of one that is being written what is written. */
async function bookFor(stores: Stores, { workspaceId }: Caller, { template }: PreviewAsked, own: SharedBlock | undefined): Promise<Book> {
  const { blocks, ...book } = await stores.pg.tx(workspaceId, (tx) => (template ? spokenBook : bookIn)(tx, workspaceId));
  return { ...book, blocks: own ? new Map([...blocks, [own.key, own]]) : blocks };
}

/**
 * A text as somebody would get it: of a draft or of a version, on a channel, in a language. Only what the caller may see of a customer is seen: the
 * declared public fields, and nobody of a shop that is not theirs (`customer.not_found`). What would not be sent says why. `own`: a block as it is being written.
 */
export async function previewTemplate(stores: Stores, caller: Caller, asked: PreviewAsked, own?: SharedBlock): Promise<PreviewReply> {
  demand(caller, 'reach.read');
  const { customer, channel, language, personalised } = asked, { workspaceId } = caller;
  if (customer) {
    demand(caller, 'customers.read');
    await stores.pg.tx(workspaceId, (tx) => demandSeen(tx, caller, [customer]));
  }
  const document = await documentOf(stores, caller, asked);
  const readers = await loadReaders(stores, workspaceId, customer ? [customer] : []);
  const person = customer ? readers.personOf(customer) : undefined;
  const members = person && personalised ? await membersOf(stores, workspaceId, segmentsOf(document), [person.id]) : new Map();
  const params = asked.event ?? document.sample;
  const chosen = asked.variant ? named(document, asked) : choose(document, channel, readerOf({ templateId: NOBODY, experimentId: null, document, customer: person?.id ?? NOBODY, person, language, arm: params.arm, personalised, members }));
  if (!chosen) return { content: null, variant: null, language: null, refused: { code: 'template.nothing_fits', facts: { channel, language } }, sms: null };
  const shown = { variant: chosen.variant.key, language: chosen.entry.language };
  const scene = { person, fields: readers.fields, workspace: readers.workspace, params, links: EXAMPLE, language: chosen.entry.language, personalised, now: stores.clock.now() };
  try {
    const content = renderEntry(ready(await compileEntry(chosen.variant.key, chosen.entry, await bookFor(stores, caller, asked, own))), scopeOf(scene), mannerOf(scene));
    return { content, ...shown, refused: null, sms: await smsOf(stores, caller, content) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { content: null, ...shown, refused: { code: error.code, facts: { ...error.facts } }, sms: null };
  }
}
