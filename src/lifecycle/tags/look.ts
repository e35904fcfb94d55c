import { systemCaller, type Caller } from '../../kernel/access/caller.ts';
import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { heldTag } from '../../customers/index.ts';
import { bandOf, endOf, isValueKind, type ValueKind } from '../core/tags/bands.ts';
import { endOfDay, fieldCatalogue } from '../segments/index.ts';
import type { TagPreview, TagWhy } from './contract.ts';
import { countPeople, figureOf, seenOf, type Sought, valueCounts } from './queries/values.ts';
import { demandSpec, soughtOf, whomOf } from './rules.ts';

const VALUES_SHOWN = 20;
const SEEN_SHOWN = 10;
const AMOUNT = '$amount';

/** How many would get which value of a tag, before it is made: of those the caller may see. Refuses what a tag of this spec is refused for. */
export async function previewTag(stores: Stores, caller: Caller, kind: ValueKind, spec: unknown): Promise<TagPreview> {
  const { workspaceId, shops } = caller;
  const [sought, moment] = await Promise.all([demandSpec(stores, caller, kind, spec), endOfDay(stores, workspaceId)]);
  const [counts, people] = await Promise.all([valueCounts(stores.ch, workspaceId, sought, moment, { whom: { shops }, most: VALUES_SHOWN }), countPeople(stores.ch, workspaceId, { shops })]);
  const byValue = new Map(counts.map(({ value, count }) => [value, count]));
  const rows = sought.kind === 'metric' ? sought.spec.bands.map(({ name }) => ({ value: name, count: byValue.get(name) ?? 0 })) : counts.map(({ value, count }) => ({ value, count }));
  return { asOf: moment.day, people, valued: counts[0]?.valued ?? 0, values: counts[0]?.values ?? 0, rows };
}

async function isMoney(stores: Stores, workspaceId: WorkspaceId, sought: Sought): Promise<boolean> {
  if (sought.kind !== 'metric') return false;
  const { figure } = sought.spec;
  if (figure.of === 'event') return figure.property === AMOUNT && figure.measure !== 'distinct';
  return (await fieldCatalogue(stores, systemCaller(workspaceId))).fields.some(({ key, type }) => key === figure.field && type === 'money');
}

type Evidence = Pick<TagWhy, 'asOf' | 'now' | 'seen' | 'figure'>;

/** What the rule finds of one customer today, and what it was chosen among. */
async function evidenceOf(stores: Stores, workspaceId: WorkspaceId, sought: Sought, customer: CustomerId): Promise<Evidence> {
  const [moment, whom, money] = await Promise.all([endOfDay(stores, workspaceId), whomOf(stores, workspaceId, [customer]), isMoney(stores, workspaceId, sought)]);
  const asOf = moment.day;
  if (sought.kind === 'metric') {
    const number = await figureOf(stores.ch, workspaceId, sought.spec, moment, whom), { bands } = sought.spec;
    const band = number === null ? undefined : bandOf(bands, number);
    return { asOf, now: band?.name ?? null, seen: [], figure: { number, money, from: band?.from ?? null, until: band ? endOf(bands, band.name) : null } };
  }
  const seen = await seenOf(stores.ch, workspaceId, sought, moment, { whom, most: SEEN_SHOWN }), [best, second] = seen;
  const isTied = sought.kind === 'preference' && sought.spec.ties === 'none' && best?.times === second?.times;
  const isEnough = sought.kind !== 'preference' || (best?.times ?? 0) >= sought.spec.least;
  return { asOf, now: best && isEnough && !isTied ? best.value : null, seen: seen.map(({ first, last, ...one }) => ({ ...one, first: new Date(first).toISOString(), last: new Date(last).toISOString() })), figure: null };
}

/** Why a customer bears the value of a tag: what it was made of, and whether the rule still finds it. Refuses `customer.not_found`, `tag.not_found` where they do not bear it. */
export async function whyTag(stores: Stores, caller: Caller, customer: CustomerId, tag: string): Promise<TagWhy> {
  const { owner, held, spec, version } = await heldTag(stores, caller, customer, tag), { kind, value, since } = held, base = { kind, version, value, since: since.toISOString() };
  if (!isValueKind(kind)) return { ...base, asOf: (await endOfDay(stores, caller.workspaceId)).day, now: value, seen: [], figure: null };
  return { ...base, ...(await evidenceOf(stores, caller.workspaceId, soughtOf(kind, spec), owner)) };
}
