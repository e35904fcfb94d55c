import { CONSENT_CHANNELS, type Field, fieldsOf, REACHES } from '../../customers/index.ts';
import { type Caller, may } from '../../kernel/access/caller.ts';
import { type Catalogue, type CatalogueField, type CatalogueOption, CREATED_FIELD, NAME_FIELD, REACH_FIELD } from '../../kernel/conditions/index.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import { CATALOGUE_KEPT_MS, MANY_ROWS, renewed } from '../../kernel/renewed.ts';
import type { Stores } from '../../kernel/stores.ts';
import { sharedWords } from '../../kernel/words/index.ts';
import { own } from '../../kernel/own.ts';
import { RFM_NAMES } from '../core/rfm.ts';
import { BRANCHES, STAGES } from '../core/rules.ts';
import { eventsSeen } from './queries/members.ts';
import { segmentNames } from './queries/store.ts';

/** Options of published fields whose words are the lifecycle's own. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = { stage: STAGES, branch: BRANCHES, rfm: RFM_NAMES };
const EVENTS_MAX = 300;

const optionsOf = (field: Field): CatalogueField['options'] => {
  const values = field.options.length > 0 ? field.options : own(OPTIONS, field.key);
  return values?.map((value) => ({ value, label: own(sharedWords, `${field.optionWords ?? ''}${value}`) ?? value }));
};

/** A customer field as a condition may name it. Private fields are masked for those who may not unmask. */
const asCondition = (caller: Caller) => (field: Field): CatalogueField => ({
  key: field.key, type: field.type, label: field.label && field.label !== field.key ? field.label : (sharedWords[`field.${field.key}`] ?? field.key), options: optionsOf(field),
  encrypted: field.sealed, masked: field.section === 'private' && !may(caller, 'customers.unmask'),
});

const COLUMNS: readonly CatalogueField[] = [
  { key: NAME_FIELD, type: 'text', label: sharedWords['condition.name'] },
  { key: REACH_FIELD, type: 'multi', label: sharedWords['condition.reach'], options: REACHES.map((value) => ({ value, label: sharedWords[`reach.${value}`] ?? value })) },
  { key: CREATED_FIELD, type: 'day', label: sharedWords['condition.created_on'] },
];

/** What consent is asked for; channels and purposes as reach knows them. */
const CONSENT_PURPOSES = ['marketing', 'service', 'transactional'] as const;
const worded = (values: readonly string[], prefix: string): CatalogueOption[] => values.map((value) => ({ value, label: own(sharedWords, `${prefix}${value}`) ?? value }));

/** The fields a caller's filters may speak of, in this workspace, now. */
export async function fieldCatalogue(stores: Stores, caller: Caller): Promise<Catalogue> {
  const [fields, segments] = await Promise.all([fieldsOf(stores, caller.workspaceId), stores.pg.tx(caller.workspaceId, (tx) => segmentNames(tx, caller.workspaceId))]);
  return {
    fields: [...COLUMNS, ...fields.filter((field) => field.type !== 'file').map(asCondition(caller))], segments: segments.map(({ id, name }) => ({ id, label: name })),
    stages: worded(STAGES, 'stage.'), channels: worded(CONSENT_CHANNELS, 'consent.channel.'), purposes: worded(CONSENT_PURPOSES, 'consent.purpose.'),
  };
}

const namesSeen = (stores: Stores, workspaceId: WorkspaceId): ReturnType<typeof eventsSeen> =>
  renewed(stores, { workspaceId, name: 'event names', keptMs: CATALOGUE_KEPT_MS, isLarge: (seen) => seen.reduce((sum, { times }) => sum + times, 0) >= MANY_ROWS }, () => eventsSeen(stores.ch, workspaceId, EVENTS_MAX));

/** The same with the events that have been seen, as an editor offers them. */
export async function fullCatalogue(stores: Stores, caller: Caller): Promise<Catalogue> {
  const [catalogue, events] = await Promise.all([fieldCatalogue(stores, caller), namesSeen(stores, caller.workspaceId)]);
  return { ...catalogue, events: events.map(({ event }) => ({ event, label: sharedWords[`event.${event}`] ?? event })) };
}
