import { createHash } from 'node:crypto';
import { type Field, type KnownPerson, knownIn, ownersIn } from '../../customers/index.ts';
import { systemCaller } from '../../kernel/access/caller.ts';
import { type Workspace, workspaceById } from '../../kernel/access/index.ts';
import { PERMISSIONS } from '../../kernel/access/permissions.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import type { Language } from '../../kernel/words/index.ts';
import { fitsOf, segmentTree } from '../../lifecycle/index.ts';
import type { TemplateDocument } from '../core/templates/document.ts';
import { anglesOf, armsOf, type Reader } from '../core/templates/select.ts';
import { spokenFields } from './fields.ts';
import { drawnArm } from './tests.ts';

/** Everybody some messages are for, as they are known today; any id of theirs finds them. */
export type Readers = { workspace: Workspace; fields: readonly Field[]; personOf(customer: CustomerId): KnownPerson | undefined };

const PERMITTED = [...PERMISSIONS];

export async function loadReaders(stores: Stores, workspaceId: WorkspaceId, customers: readonly CustomerId[]): Promise<Readers> {
  const [workspace, fields, { owners, people }] = await Promise.all([workspaceById(stores, workspaceId), spokenFields(stores, workspaceId), stores.pg.tx(workspaceId, async (tx) => {
    const owners = await ownersIn(tx, workspaceId, [...new Set(customers)]);
    return { owners, people: await knownIn(tx, workspaceId, [...new Set(owners.values())]) };
  })]);
  const byId = new Map(people.map((person) => [person.id, person]));
  return { workspace, fields, personOf: (customer) => byId.get(owners.get(customer) ?? customer) };
}

/** Who of some people fits one segment now, of whom alone it reads. A segment that is gone, or names a field that is, has nobody: the general text is sent. */
async function fitting(stores: Stores, workspaceId: WorkspaceId, segment: string, people: readonly CustomerId[]): Promise<Set<CustomerId>> {
  const caller = systemCaller(workspaceId, PERMITTED);
  try {
    const fits = await fitsOf(stores, caller, [await segmentTree(stores, caller, segment)], people);
    return new Set([...fits].flatMap(([id, places]) => (places.length > 0 ? [id] : [])));
  } catch (error) {
    if (error instanceof Refusal) return new Set();
    throw error;
  }
}

/** Who of some people is in each of some segments. */
export async function membersOf(stores: Stores, workspaceId: WorkspaceId, segments: readonly string[], people: readonly CustomerId[]): Promise<ReadonlyMap<string, ReadonlySet<CustomerId>>> {
  if (people.length === 0) return new Map();
  return new Map(await Promise.all([...new Set(segments)].map(async (id): Promise<[string, Set<CustomerId>]> => [id, await fitting(stores, workspaceId, id, people)])));
}

export const segmentsOf = ({ variants }: TemplateDocument): string[] => [...new Set(variants.flatMap(({ when }) => when.segments))];

/** The arm somebody is in: the one a journey gave, else drawn by the version's experiment, else for this template; the same each time. */
function armOf({ document, templateId, experimentId, arm: given }: Whom, customer: CustomerId): string | null {
  if (typeof given === 'string') return given;
  const drawn = drawnArm(document, experimentId, customer);
  if (drawn) return drawn.arm;
  const arms = armsOf(document);
  return arms.length === 0 ? null : (arms[createHash('sha256').update(`${templateId} ${customer}`).digest().readUInt32BE() % arms.length] ?? null);
}

export type Whom = { templateId: string; experimentId: string | null; document: TemplateDocument; customer: CustomerId; person: KnownPerson | undefined; language: Language; arm: unknown; personalised: boolean; members: ReadonlyMap<string, ReadonlySet<CustomerId>> };

/** Somebody as variants are chosen for them. */
export function readerOf(whom: Whom): Reader {
  const { document, customer, person, language, personalised, members } = whom;
  const id = person?.id ?? customer, values = person?.values ?? {};
  return {
    language, personalised, stage: person?.stage ?? null, segments: new Set(segmentsOf(document).filter((segment) => members.get(segment)?.has(id))),
    angles: anglesOf({ b2b: values.b2b === true, rfm: typeof values.rfm === 'string' ? values.rfm : null, orderCount: Number(values.order_count ?? 0) }),
    arm: armOf(whom, id),
  };
}
