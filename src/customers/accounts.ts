import type { Caller } from '../kernel/access/caller.ts';
import { notFound } from '../kernel/errors.ts';
import { fromCursor, toCursor } from '../kernel/http/cursor.ts';
import { newId, type WorkspaceId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { authorNames } from './authors.ts';
import { publishCompany } from './companies.ts';
import { type AttitudeNow, attitudesNow, type Observation } from './core/attitudes.ts';
import { type Completeness, completenessOf, DECISION_ROLES, type DossierSection } from './core/dossier.ts';
import { flushMirror } from './mirror.ts';
import { identifiersOf, type ShownIdentifier, wantsClear } from './masking.ts';
import {
  accountById, type AccountListRow, type AccountRow, accountRows, archiveAccount, attitudeRows, closeIssue, contactById, type ContactRow, contactsOf, countAccounts, insertAccount,
  insertIssue, insertSection, type IssueRow, issueRows, type SectionRow, sectionRows, updateAccount,
} from './queries/accounts.ts';
import { ownersById } from './queries/identity.ts';
import { seenIn } from './scope.ts';

const author = (caller: Caller): string => `${caller.actor.kind}:${caller.actor.id}`;

export const demandAccount = async (tx: Tx, workspaceId: WorkspaceId, id: string): Promise<AccountRow> => {
  const account = await accountById(tx, workspaceId, id);
  if (!account) throw notFound('account', { id });
  return account;
};

/** A contact the caller may see: of those who are customers of shops, only the caller's. Refuses `contact.not_found`. */
export async function demandContact(tx: Tx, caller: Caller, id: string): Promise<ContactRow> {
  const contact = await contactById(tx, caller.workspaceId, id);
  if (!contact || (await seenIn(tx, caller, [contact.customerId], { homeless: true })).length === 0) throw notFound('contact', { id });
  return contact;
}

export type AccountInput = { name: string; industry?: string; owner?: string };

export async function addAccount(stores: Stores, caller: Caller, { name, industry = '', owner = author(caller) }: AccountInput): Promise<AccountRow> {
  const account: AccountRow = { id: newId(), name, industry, owner, createdAt: stores.clock.now() };
  await stores.pg.tx(caller.workspaceId, (tx) => insertAccount(tx, caller.workspaceId, account));
  return account;
}

/** A change of a company, and what filters see of it on its contacts. */
async function changing<T>(stores: Stores, { workspaceId }: Caller, id: string, change: (tx: Tx) => Promise<T>): Promise<T> {
  const made = await stores.pg.tx(workspaceId, async (tx) => {
    const made = await change(tx);
    await publishCompany(tx, stores, workspaceId, id);
    return made;
  });
  await flushMirror(stores, workspaceId);
  return made;
}

export const changeAccount = (stores: Stores, caller: Caller, id: string, change: Partial<AccountInput>): Promise<AccountRow> =>
  changing(stores, caller, id, async (tx) => {
    const next = { ...(await demandAccount(tx, caller.workspaceId, id)), ...change };
    await updateAccount(tx, caller.workspaceId, next);
    return next;
  });

export const dropAccount = (stores: Stores, caller: Caller, id: string): Promise<void> =>
  changing(stores, caller, id, async (tx) => {
    if ((await archiveAccount(tx, caller.workspaceId, id, stores.clock.now())) === 0) throw notFound('account', { id });
  });

/** Writes one of the seven sections, dated and signed; what stood there stays as history. */
export const writeSection = (stores: Stores, caller: Caller, id: string, section: DossierSection, body: string): Promise<void> =>
  changing(stores, caller, id, async (tx) => {
    await demandAccount(tx, caller.workspaceId, id);
    await insertSection(tx, caller.workspaceId, id, { section, body, author: author(caller), at: stores.clock.now() });
  });

export type AccountLine = AccountListRow & { completeness: Completeness };
const ROWS_DEFAULT = 50;
const COUNT_MAX = 10_000;

/** Accounts by name with completeness, contacts and open issues. */
export async function listAccounts(stores: Stores, caller: Caller, { q = '', cursor, limit = ROWS_DEFAULT }: { q?: string | undefined; cursor?: string | undefined; limit?: number }) {
  const position = cursor ? fromCursor(cursor, 2) : undefined;
  const from = position ? { name: String(position[0]), id: String(position[1]) } : undefined;
  const { rows, count } = await stores.pg.tx(caller.workspaceId, async (tx) => ({
    rows: await accountRows(tx, caller.workspaceId, { q: q.trim(), from, limit: limit + 1 }), count: await countAccounts(tx, caller.workspaceId, q.trim()),
  }));
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return {
    rows: shown.map((row): AccountLine => ({ ...row, completeness: completenessOf(row.sections) })),
    next: last ? toCursor([last.name, last.id]) : null,
    total: { count: Math.min(count, COUNT_MAX), over: count > COUNT_MAX },
    people: await authorNames(stores, shown.map(({ owner }) => owner)),
  };
}

/** A company's contacts; of those who are customers of shops, only the caller's. */
export async function seenContacts(tx: Tx, caller: Caller, accountId: string): Promise<ContactRow[]> {
  const contacts = await contactsOf(tx, caller.workspaceId, accountId);
  const seen = new Set(await seenIn(tx, caller, contacts.map(({ customerId }) => customerId), { homeless: true }));
  return contacts.filter(({ customerId }) => seen.has(customerId));
}

export type ContactLine = ContactRow & { customer: string; attitudes: AttitudeNow; history: Observation[]; identifiers: ShownIdentifier[] };
export type AccountPage = AccountRow & {
  completeness: Completeness; people: Record<string, string>; sections: SectionRow[]; sectionHistory: SectionRow[]; contacts: ContactLine[]; issues: IssueRow[]; openIssues: number;
};

const heaviestFirst = (a: ContactRow, b: ContactRow): number =>
  Number(a.leftAt !== null) - Number(b.leftAt !== null) || DECISION_ROLES.indexOf(a.role) - DECISION_ROLES.indexOf(b.role) || b.power - a.power;

async function contactLines(tx: Tx, stores: Stores, caller: Caller, accountId: string, clear: boolean): Promise<ContactLine[]> {
  const { workspaceId } = caller;
  const contacts = await seenContacts(tx, caller, accountId);
  const owners = await ownersById(tx, workspaceId, contacts.map(({ customerId }) => customerId));
  const identifiers = await identifiersOf(tx, await stores.keys.of(workspaceId), workspaceId, [...owners.values()], { clear });
  const said = Map.groupBy(await attitudeRows(tx, workspaceId, contacts.map(({ id }) => id)), ({ contactId }) => contactId);
  return contacts.sort(heaviestFirst).map((contact) => {
    const history = (said.get(contact.id) ?? []).map(({ contactId: _, at, endedAt, ...one }): Observation => ({ ...one, at: at.toISOString(), endedAt: endedAt?.toISOString() ?? null }));
    const customer = owners.get(contact.customerId) ?? contact.customerId;
    const shown = (identifiers.get(customer) ?? []).filter(({ kind }) => kind !== 'contact_id');
    return { ...contact, customer, attitudes: attitudesNow(history), history, identifiers: shown };
  });
}

const authorsOn = ({ owner, sectionHistory, issues, contacts }: Omit<AccountPage, 'people'>): string[] =>
  [owner, ...sectionHistory.map(({ author }) => author), ...issues.map(({ openedBy }) => openedBy), ...contacts.flatMap(({ relationOwner, history }) => [relationOwner, ...history.map(({ author }) => author)])];

/** A company's page: dossier with what is missing, contacts the heaviest decision first, issues. Refuses `account.not_found`. */
export async function accountPage(stores: Stores, caller: Caller, id: string, { clear }: { clear?: boolean | undefined } = {}): Promise<AccountPage> {
  const isClear = wantsClear(caller, clear);
  // Asked for before the transaction: a second connection inside it could wait for ever.
  await stores.keys.of(caller.workspaceId);
  const page = await stores.pg.tx(caller.workspaceId, async (tx) => {
    const account = await demandAccount(tx, caller.workspaceId, id);
    const history = await sectionRows(tx, caller.workspaceId, id);
    const newest = new Map([...history].reverse().map((row) => [row.section, row]));
    const issues = await issueRows(tx, caller.workspaceId, id);
    return {
      ...account, completeness: completenessOf(Object.fromEntries([...newest].map(([section, { body }]) => [section, body]))),
      sections: [...newest.values()], sectionHistory: history, contacts: await contactLines(tx, stores, caller, id, isClear),
      issues, openIssues: issues.filter(({ closedAt }) => closedAt === null).length,
    };
  });
  return { ...page, people: await authorNames(stores, authorsOn(page)) };
}

export type IssueInput = { title: string; detail?: string };

/** Opens a cooperation issue. */
export const openIssue = (stores: Stores, caller: Caller, accountId: string, { title, detail = '' }: IssueInput): Promise<IssueRow> =>
  stores.pg.tx(caller.workspaceId, async (tx) => {
    await demandAccount(tx, caller.workspaceId, accountId);
    const issue: IssueRow = { id: newId(), accountId, title, detail, openedBy: author(caller), openedAt: stores.clock.now(), closedAt: null, outcome: '' };
    await insertIssue(tx, caller.workspaceId, issue);
    return issue;
  });

/** Closes an issue with its outcome. Refuses `issue.not_found`, also for one that is closed. */
export async function settleIssue(stores: Stores, caller: Caller, id: string, outcome: string): Promise<void> {
  const closed = await stores.pg.tx(caller.workspaceId, (tx) => closeIssue(tx, caller.workspaceId, id, outcome, stores.clock.now()));
  if (closed === 0) throw notFound('issue', { id });
}
