import { type ConsentInput, IDENTIFIER_KINDS, ownersOf, resolve, type Identifier as SaidIdentifier, type IdentifierKind, type ResolveItem, subjectIds } from '../../customers/index.ts';
import { type CustomerId, NOBODY, type SubjectId, type WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import type { Identifier } from '../core/fields.ts';

const RENAMED: Readonly<Record<string, IdentifierKind>> = { device: 'device_id', anonymous: 'anonymous_id', receiver: 'receiver_phone' };
/** An identifier of a file as `customers` names it. */
export const saidOf = ({ kind, scope, value }: Identifier): SaidIdentifier => ({ kind: RENAMED[kind] ?? (kind as IdentifierKind), scope, value });

/** Somebody a file speaks of: one set of identifiers, as `read` and as `customers` names them, met any number of times. */
export type Person = { read: Identifier[]; identifiers: SaidIdentifier[]; subject: SubjectId; heard: Heard; sent: boolean };
/** What is said about a person; the newest wins. */
export type Heard = { atMs: number; name: string; traits?: Record<string, unknown>; tags?: string[]; consents?: ConsentInput[] };

export type People = {
  /** The person of these identifiers, made at first sight; undefined when there are none. */
  of(identifiers: readonly Identifier[], heard: Heard): Person | undefined;
  /** Afterwards every person met so far has a subject, and full sets are on their way to Postgres. */
  settle(): Promise<void>;
  /** Sends the rest and waits; answers with the subject of each person and the customers that were new when they were told. */
  finish(): Promise<{ subjects: SubjectId[]; created: CustomerId[] }>;
};

const PERSONS_PER_SEND = 10_000;
/** So many are worth sending while Postgres has nothing to do: what is left for the end of the file is waited for. */
const PERSONS_WHILE_IDLE = 2_000;
/** A pause before the file is through is lost: there is another core to read on with. What waits is a few MB. */
const SENDS_WAITING = 8;

const keyOf = (identifiers: readonly Identifier[]): string => {
  let key = '';
  for (const { kind, scope, value } of identifiers) key += `${kind}\0${scope}\0${value}\0`;
  return key;
};

const byRank = (a: SaidIdentifier, b: SaidIdentifier): number => IDENTIFIER_KINDS.indexOf(a.kind) - IDENTIFIER_KINDS.indexOf(b.kind);

const isSilent = ({ name, traits, tags, consents }: Heard): boolean => !name && !traits && !tags?.length && !consents?.length;

const sameTraits = (a: Heard['traits'] = {}, b: Heard['traits'] = {}): boolean => {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
};
const sameSaying = (a: Heard, b: Heard): boolean =>
  a.name === b.name && sameTraits(a.traits, b.traits) && (a.tags ?? []).join() === (b.tags ?? []).join() && JSON.stringify(a.consents ?? []) === JSON.stringify(b.consents ?? []);

/** Newer words replace older ones; what the newer does not mention stays. */
const laid = (older: Heard, newer: Heard): Heard => ({
  atMs: newer.atMs, name: newer.name || older.name,
  ...(older.traits || newer.traits ? { traits: { ...older.traits, ...newer.traits } } : {}),
  ...(older.tags || newer.tags ? { tags: [...new Set([...(older.tags ?? []), ...(newer.tags ?? [])])] } : {}),
  ...(older.consents || newer.consents ? { consents: [...(older.consents ?? []), ...(newer.consents ?? [])] } : {}),
});

/** The subject of each person: the strongest identifier that can be read. */
async function nameSubjects(stores: Stores, workspaceId: WorkspaceId, persons: readonly Person[]): Promise<void> {
  const linking = persons.map((person) => person.identifiers.filter(({ kind }) => kind !== 'receiver_phone').sort(byRank));
  const strongest = linking.map(([first]) => first);
  const named = strongest.flatMap((one) => (one ? [one] : []));
  const ids = (await subjectIds(stores, workspaceId, named)).values();
  for (const [i, person] of persons.entries()) {
    if (!strongest[i]) continue;
    const id = ids.next().value;
    const weaker = (linking[i] ?? []).slice(1);
    const [other] = id || weaker.length === 0 ? [] : (await subjectIds(stores, workspaceId, weaker)).filter(Boolean);
    person.subject = id ?? other ?? NOBODY;
  }
}

const itemOf = ({ identifiers, heard }: Person, source: string): ResolveItem => ({
  identifiers, at: new Date(heard.atMs), source,
  ...(heard.name ? { name: heard.name } : {}), ...(heard.traits ? { traits: heard.traits } : {}), ...(heard.tags?.length ? { tags: heard.tags } : {}), ...(heard.consents ? { consents: heard.consents } : {}),
});

/** What is known of a person once this is heard too; undefined when it is nothing new. Older words may still fill what nobody has said yet. */
function learned(known: Heard, heard: Heard): Heard | undefined {
  if (isSilent(heard)) return undefined;
  const after = heard.atMs < known.atMs || sameSaying(known, heard) ? laid(heard, known) : laid(known, heard);
  return sameSaying(after, known) ? undefined : after;
}

/** Who is told of people, in large sets; which customers were new. */
export type TellPeople = (items: readonly ResolveItem[]) => Promise<readonly CustomerId[]>;

/** Tells one set after another, in the background; a fault is thrown at the next look. */
function tellingInTurn(tell: TellPeople) {
  let sends: Promise<void> = Promise.resolve();
  const created: CustomerId[] = [];
  let waiting = 0;
  let fault: unknown;
  const demandWell = (): void => { if (fault) throw fault; };
  return {
    waiting: () => waiting,
    created,
    demandWell,
    tell: (items: readonly ResolveItem[]): void => {
      waiting++;
      sends = sends.then(async () => {
        if (!fault) for (const id of await tell(items)) created.push(id);
      }).catch((error: unknown) => { fault ??= error; }).finally(() => { waiting--; });
    },
    done: async (): Promise<void> => {
      await sends;
      demandWell();
    },
  };
}

/** Collects the people of an import and hands them to `customers` in large sets (or to whoever `tell` is), while the file is read on. */
export function openPeople(stores: Stores, workspaceId: WorkspaceId, source: string, tell: TellPeople = async (items) => (await resolve(stores, workspaceId, items, { mirror: 'later', from: 'file' })).created): People {
  const persons = new Map<string, Person>();
  let unnamed: Person[] = [], unsent: Person[] = [];
  // Said anew after they were sent: many are said anew again, so they wait for the end.
  const renewed = new Set<Person>();
  const turn = tellingInTurn(tell);
  const send = (batch: readonly Person[]): void => {
    if (batch.length === 0) return;
    for (const person of batch) person.sent = true;
    turn.tell(batch.map((person) => itemOf(person, source)));
  };
  const sendNew = (): void => {
    send(unsent);
    unsent = [];
  };
  const sendRenewed = (): void => {
    send([...renewed]);
    renewed.clear();
  };
  const settle = async (): Promise<void> => {
    const batch = unnamed;
    unnamed = [];
    if (batch.length > 0) await nameSubjects(stores, workspaceId, batch);
    if (unsent.length >= (turn.waiting() === 0 ? PERSONS_WHILE_IDLE : PERSONS_PER_SEND)) sendNew();
    if (renewed.size >= PERSONS_PER_SEND) sendRenewed();
    if (turn.waiting() > SENDS_WAITING) await turn.done();
    turn.demandWell();
  };
  const meet = (key: string, identifiers: readonly Identifier[], heard: Heard): Person => {
    const person: Person = { read: [...identifiers], identifiers: identifiers.map(saidOf), subject: NOBODY, heard, sent: false };
    persons.set(key, person);
    unnamed.push(person);
    unsent.push(person);
    return person;
  };
  return {
    of: (identifiers, heard) => {
      if (identifiers.length === 0) return undefined;
      const key = keyOf(identifiers);
      const person = persons.get(key) ?? meet(key, identifiers, heard);
      const news = person.heard === heard ? undefined : learned(person.heard, heard);
      if (news) person.heard = news;
      if (news && person.sent) renewed.add(person);
      return person;
    },
    settle,
    finish: async () => {
      await settle();
      sendNew();
      sendRenewed();
      await turn.done();
      return { subjects: [...new Set(Array.from(persons.values(), ({ subject }) => subject))].filter((id) => id !== NOBODY), created: turn.created };
    },
  };
}

const SUBJECTS_PER_QUESTION = 50_000;

/** How many customers were spoken of, as they stand now that everything was heard, and how many of them are new: several sets of identifiers may be one person. */
export async function countCustomers(stores: Stores, workspaceId: WorkspaceId, { subjects, created }: Awaited<ReturnType<People['finish']>>): Promise<{ seen: number; created: number }> {
  const customers = new Set<CustomerId>();
  for (let at = 0; at < subjects.length; at += SUBJECTS_PER_QUESTION) {
    for (const customer of (await ownersOf(stores, workspaceId, subjects.slice(at, at + SUBJECTS_PER_QUESTION))).values()) customers.add(customer);
  }
  return { seen: customers.size, created: created.filter((id) => customers.has(id)).length };
}
