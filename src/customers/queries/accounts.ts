import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import { many, maybe, run, sql, type Tx } from '../../kernel/sql.ts';
import type { Observation } from '../core/attitudes.ts';
import type { DecisionRole, DossierSection } from '../core/dossier.ts';

export type AccountRow = { id: string; name: string; industry: string; owner: string; createdAt: Date };
export type AccountListRow = AccountRow & { sections: Partial<Record<DossierSection, string>>; contacts: number; openIssues: number };

export const insertAccount = (tx: Tx, workspaceId: WorkspaceId, { id, name, industry, owner, createdAt }: AccountRow): Promise<number> =>
  run(tx, sql`
    insert into account (workspace_id, id, name, industry, owner, created_at)
    values (${workspaceId}, ${id}, ${name}, ${industry}, ${owner}, ${createdAt})`);

export const updateAccount = (tx: Tx, workspaceId: WorkspaceId, { id, name, industry, owner }: AccountRow): Promise<number> =>
  run(tx, sql`update account set name = ${name}, industry = ${industry}, owner = ${owner} where workspace_id = ${workspaceId} and id = ${id} and archived_at is null`);

export const archiveAccount = (tx: Tx, workspaceId: WorkspaceId, id: string, at: Date): Promise<number> =>
  run(tx, sql`update account set archived_at = ${at} where workspace_id = ${workspaceId} and id = ${id} and archived_at is null`);

export const accountById = (tx: Tx, workspaceId: WorkspaceId, id: string): Promise<AccountRow | undefined> =>
  maybe(tx, sql<AccountRow>`
    select id, name, industry, owner, created_at as "createdAt" from account
     where workspace_id = ${workspaceId} and id = ${id} and archived_at is null`);

/** Accounts by name after (name, id), with what their list line shows. */
export const accountRows = (tx: Tx, workspaceId: WorkspaceId, { q, from, limit }: { q: string; from: { name: string; id: string } | undefined; limit: number }): Promise<AccountListRow[]> =>
  many(tx, sql<AccountListRow>`
    select a.id, a.name, a.industry, a.owner, a.created_at as "createdAt",
           (select coalesce(jsonb_object_agg(section, body), '{}') from (
              select distinct on (section) section, body from account_section
               where workspace_id = ${workspaceId} and account_id = a.id order by section, at desc) newest) as sections,
           (select count(*)::int from contact where workspace_id = ${workspaceId} and account_id = a.id and left_at is null) as contacts,
           (select count(*)::int from cooperation_issue where workspace_id = ${workspaceId} and account_id = a.id and closed_at is null) as "openIssues"
      from account a
     where a.workspace_id = ${workspaceId} and a.archived_at is null
       and (${q} = '' or position(lower(${q}) in lower(a.name)) > 0)
       and (${from?.id ?? null}::uuid is null
            or (a.name collate "zh-Hans-CN-x-icu", a.id) > (${from?.name ?? ''}::text collate "zh-Hans-CN-x-icu", ${from?.id ?? null}::uuid))
     order by a.name collate "zh-Hans-CN-x-icu", a.id
     limit ${limit}`);

export const countAccounts = async (tx: Tx, workspaceId: WorkspaceId, q: string): Promise<number> =>
  (await maybe(tx, sql<{ count: number }>`
    select count(*)::int as count from (
      select 1 from account where workspace_id = ${workspaceId} and archived_at is null and (${q} = '' or position(lower(${q}) in lower(name)) > 0) limit 10001) x`))?.count ?? 0;

export type SectionRow = { section: DossierSection; body: string; author: string; at: Date };

export const insertSection = (tx: Tx, workspaceId: WorkspaceId, accountId: string, { section, body, author, at }: SectionRow): Promise<number> =>
  run(tx, sql`
    insert into account_section (workspace_id, account_id, section, body, author, at)
    values (${workspaceId}, ${accountId}, ${section}, ${body}, ${author}, ${at})
    on conflict (workspace_id, account_id, section, at) do update set body = excluded.body, author = excluded.author`);

/** Every version of every section, newest first. */
export const sectionRows = (tx: Tx, workspaceId: WorkspaceId, accountId: string): Promise<SectionRow[]> =>
  many(tx, sql<SectionRow>`
    select section, body, author, at from account_section
     where workspace_id = ${workspaceId} and account_id = ${accountId}
     order by at desc, section`);

export type ContactRow = {
  id: string; accountId: string; customerId: CustomerId; name: string; title: string; role: DecisionRole; power: number; background: string; relationOwner: string;
  createdAt: Date; leftAt: Date | null;
};
const contactColumns = sql`id, account_id as "accountId", customer_id as "customerId", name, title, role, power, background, relation_owner as "relationOwner",
                           created_at as "createdAt", left_at as "leftAt"`;

export const contactsOf = (tx: Tx, workspaceId: WorkspaceId, accountId: string): Promise<ContactRow[]> =>
  many(tx, sql<ContactRow>`select ${contactColumns} from contact where workspace_id = ${workspaceId} and account_id = ${accountId} order by name, id`);

export const contactById = (tx: Tx, workspaceId: WorkspaceId, id: string): Promise<ContactRow | undefined> =>
  maybe(tx, sql<ContactRow>`select ${contactColumns} from contact where workspace_id = ${workspaceId} and id = ${id}`);

export const insertContact = (tx: Tx, workspaceId: WorkspaceId, c: ContactRow): Promise<number> =>
  run(tx, sql`
    insert into contact (workspace_id, id, account_id, customer_id, name, title, role, power, background, relation_owner, created_at)
    values (${workspaceId}, ${c.id}, ${c.accountId}, ${c.customerId}, ${c.name}, ${c.title}, ${c.role}, ${c.power}, ${c.background}, ${c.relationOwner}, ${c.createdAt})`);

export const updateContact = (tx: Tx, workspaceId: WorkspaceId, c: ContactRow): Promise<number> =>
  run(tx, sql`
    update contact set name = ${c.name}, title = ${c.title}, role = ${c.role}, power = ${c.power}, background = ${c.background},
           relation_owner = ${c.relationOwner}, left_at = ${c.leftAt}
     where workspace_id = ${workspaceId} and id = ${c.id}`);

/** One company somebody is a contact of now. */
export type Belonging = { customer: CustomerId; industry: string; role: DecisionRole; power: number; sections: Partial<Record<DossierSection, string>> };

export const belongingsOf = (tx: Tx, workspaceId: WorkspaceId, customers: readonly CustomerId[]): Promise<Belonging[]> =>
  many(tx, sql<Belonging>`
    select s.customer_id as customer, a.industry, c.role, c.power,
           (select coalesce(jsonb_object_agg(section, body), '{}') from (
              select distinct on (section) section, body from account_section
               where workspace_id = ${workspaceId} and account_id = a.id order by section, at desc) newest) as sections
      from subject s
      join contact c on c.workspace_id = s.workspace_id and c.customer_id = s.id and c.left_at is null
      join account a on a.workspace_id = c.workspace_id and a.id = c.account_id and a.archived_at is null
     where s.workspace_id = ${workspaceId} and s.customer_id = any (${customers}::uuid[])`);

/** Customers who are a contact of a company and of whom nothing is published of it. */
export const untoldContacts = async (tx: Tx, workspaceId: WorkspaceId, limit: number): Promise<CustomerId[]> =>
  (await many(tx, sql<{ customer: CustomerId }>`
    select distinct c.id as customer
      from contact k
      join account a on a.workspace_id = k.workspace_id and a.id = k.account_id and a.archived_at is null
      join subject s on s.workspace_id = k.workspace_id and s.id = k.customer_id
      join customer c on c.workspace_id = s.workspace_id and c.id = s.customer_id and c.merged_into is null
     where k.workspace_id = ${workspaceId} and k.left_at is null and not jsonb_exists(c.published, 'account_completeness')
     limit ${limit}`)).map(({ customer }) => customer);

/** Who is or was a contact of a company, as the customers they are today. */
export const customersOfAccount = async (tx: Tx, workspaceId: WorkspaceId, accountId: string): Promise<CustomerId[]> =>
  (await many(tx, sql<{ customer: CustomerId }>`
    select distinct s.customer_id as customer
      from contact c
      join subject s on s.workspace_id = c.workspace_id and s.id = c.customer_id
     where c.workspace_id = ${workspaceId} and c.account_id = ${accountId}`)).map(({ customer }) => customer);

export const insertAttitude = (tx: Tx, workspaceId: WorkspaceId, contactId: string, o: Omit<Observation, 'at' | 'endedAt'> & { at: Date }): Promise<number> =>
  run(tx, sql`
    insert into attitude (workspace_id, id, contact_id, kind, value, evidence, confidence, author, at)
    values (${workspaceId}, ${o.id}, ${contactId}, ${o.kind}, ${o.value}, ${o.evidence}, ${o.confidence}, ${o.author}, ${o.at})`);

export const endAttitude = (tx: Tx, workspaceId: WorkspaceId, id: string, at: Date): Promise<{ contactId: string } | undefined> =>
  maybe(tx, sql<{ contactId: string }>`
    update attitude set ended_at = ${at}
     where workspace_id = ${workspaceId} and id = ${id} and ended_at is null
    returning contact_id as "contactId"`);

export const attitudeRows = (tx: Tx, workspaceId: WorkspaceId, contactIds: readonly string[]): Promise<(Omit<Observation, 'at' | 'endedAt'> & { contactId: string; at: Date; endedAt: Date | null })[]> =>
  many(tx, sql<Omit<Observation, 'at' | 'endedAt'> & { contactId: string; at: Date; endedAt: Date | null }>`
    select id, contact_id as "contactId", kind, value, evidence, confidence, author, at, ended_at as "endedAt" from attitude
     where workspace_id = ${workspaceId} and contact_id = any (${contactIds}::uuid[])
     order by at desc, id desc`);

export type IssueRow = { id: string; accountId: string; title: string; detail: string; openedBy: string; openedAt: Date; closedAt: Date | null; outcome: string };

export const insertIssue = (tx: Tx, workspaceId: WorkspaceId, i: IssueRow): Promise<number> =>
  run(tx, sql`
    insert into cooperation_issue (workspace_id, id, account_id, title, detail, opened_by, opened_at)
    values (${workspaceId}, ${i.id}, ${i.accountId}, ${i.title}, ${i.detail}, ${i.openedBy}, ${i.openedAt})`);

export const closeIssue = (tx: Tx, workspaceId: WorkspaceId, id: string, outcome: string, at: Date): Promise<number> =>
  run(tx, sql`
    update cooperation_issue set closed_at = ${at}, outcome = ${outcome}
     where workspace_id = ${workspaceId} and id = ${id} and closed_at is null`);

export const issueRows = (tx: Tx, workspaceId: WorkspaceId, accountId: string): Promise<IssueRow[]> =>
  many(tx, sql<IssueRow>`
    select id, account_id as "accountId", title, detail, opened_by as "openedBy", opened_at as "openedAt", closed_at as "closedAt", outcome
      from cooperation_issue
     where workspace_id = ${workspaceId} and account_id = ${accountId}
     order by opened_at desc, id desc`);
