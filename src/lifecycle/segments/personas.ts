import { audit } from '../../kernel/audit.ts';
import type { Caller } from '../../kernel/access/caller.ts';
import { notFound, Refusal } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { heldSizes } from './held.ts';
import { segmentSize } from './members.ts';
import { allPersonas, type Persona, type PersonaId, personaNamed, removePersona, savePersona } from './queries/personas.ts';
import type { SegmentId } from './queries/store.ts';
import { holdSegments } from './uses.ts';

export type PersonaInput = Pick<Persona, 'segmentId' | 'name' | 'story' | 'goals' | 'pains' | 'channels'>;
/** A persona with how many people its segment holds now; null where the caller may not ask it. */
export type Told = Persona & { segmentName: string; people: number | null };

/** The library, by name; each with the count of its segment: as last looked at where that is kept, else counted. */
export async function listPersonas(stores: Stores, caller: Caller): Promise<Told[]> {
  const rows = await stores.pg.tx(caller.workspaceId, (tx) => allPersonas(tx, caller.workspaceId));
  const held = new Map(rows.length === 0 ? [] : (await heldSizes(stores, caller)).map(({ id, count }) => [id, count]));
  return Promise.all(rows.map(async (one) => ({ ...one, people: held.get(one.segmentId) ?? await counted(stores, caller, one.segmentId) })));
}

const counted = (stores: Stores, caller: Caller, id: SegmentId): Promise<number | null> => segmentSize(stores, caller, id).then(({ count }) => count, (error: unknown) => {
  if (error instanceof Refusal) return null;
  throw error;
});

/** Keeps a persona, new or changed. Refuses `persona.name_taken`, `persona.not_found` and `segment.not_found`. */
export async function keepPersona(stores: Stores, caller: Caller, input: PersonaInput, id: PersonaId | null): Promise<Told> {
  const persona: Persona = { ...input, id: id ?? newId(), changedBy: caller.actor.id, changedAt: stores.clock.now() };
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    const before = (await allPersonas(tx, caller.workspaceId)).find((one) => one.id === id);
    if (id !== null && !before) throw notFound('persona', { id });
    await holdSegments(tx, caller.workspaceId, [input.segmentId], before && [before.segmentId]);
    const taken = await personaNamed(tx, caller.workspaceId, input.name);
    if (taken && taken.id !== persona.id) throw new Refusal('persona.name_taken', { name: input.name }, 409);
    await savePersona(tx, caller.workspaceId, persona);
    await audit(tx, stores.clock, caller, { action: 'persona.saved', target: persona.id });
  });
  return (await listPersonas(stores, caller)).find((one) => one.id === persona.id) as Told;
}

/** Refuses `persona.not_found`. */
export const dropPersona = (stores: Stores, caller: Caller, id: PersonaId): Promise<void> => stores.pg.tx(caller.workspaceId, async (tx) => {
  if (await removePersona(tx, caller.workspaceId, id) === 0) throw notFound('persona', { id });
  await audit(tx, stores.clock, caller, { action: 'persona.removed', target: id });
});
