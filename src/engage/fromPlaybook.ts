import type { Caller } from '../kernel/access/caller.ts';
import { notFound } from '../kernel/errors.ts';
import type { Stores } from '../kernel/stores.ts';
import { say } from '../kernel/words/index.ts';
import { createJourney } from './journeys.ts';
import { PLAYBOOKS, spoken, withTemplates } from './playbooks/index.ts';
import type { JourneyRow } from './queries/journeys.ts';

/** Draws a journey from a ready one, named in the caller's language unless told. Refuses `playbook.not_found`, and what the catalogue has against its conditions. */
export async function fromPlaybook(stores: Stores, caller: Caller, key: string, { name, templates }: { name?: string | undefined; templates: Readonly<Record<string, string>> }): Promise<JourneyRow> {
  const found = PLAYBOOKS.find((one) => one.key === key);
  if (!found) throw notFound('playbook', { key });
  return createJourney(stores, caller, { name: name ?? say(caller.language, `playbook.${key}`), description: '', stage: found.stage, playbook: key, definition: spoken(withTemplates(found.definition, templates), caller.language) });
}
