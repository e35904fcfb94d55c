import { setImmediate as breathe } from 'node:timers/promises';
import { Refusal } from '../../kernel/errors.ts';
import { type CustomerId, isUuid, type WorkspaceId } from '../../kernel/ids.ts';
import { refuse, type Refused } from '../../kernel/refused.ts';
import type { Stores } from '../../kernel/stores.ts';
import type { Language } from '../../kernel/words/index.ts';
import type { ChannelName, Rendered } from '../core/message.ts';
import { choose, type Chosen } from '../core/templates/select.ts';
import { upToDate } from './blocks/book.ts';
import { type Version, versionsIn } from './cache.ts';
import type { CompiledEntry } from './compile.ts';
import { loadReaders, membersOf, readerOf, type Readers, segmentsOf } from './readers.ts';
import { renderEntry } from './render.ts';
import { EXAMPLE, type Links, mannerOf, scopeOf } from './scope.ts';
import { TEST_FROM } from './store.ts';
import { drawnArm } from './tests.ts';

/** A message somebody is to be sent: which template (version null: the newest), on which channel, in which language. `personalised` false: nothing of their traits is used. */
export type Wanted = { template: { id: string; version: number | null }; channel: ChannelName; customer: CustomerId; language: Language; params: Record<string, unknown>; links: Links; personalised: boolean };

/** How long rendering goes on before others of this process get their turn. */
const TURN_MS = 25;

const told = (error: unknown): Refused => {
  if (error instanceof Refusal) return refuse(error.code, error.facts as Refused['facts']);
  throw error;
};

/** A text that is tried has addresses where a message of its purpose would: those that lead nowhere where there are none. */
const tried = ({ preferences, unsubscribe, web }: Links): Links => ({ preferences: preferences ?? EXAMPLE.preferences, unsubscribe: unsubscribe ?? preferences ?? EXAMPLE.unsubscribe, web: web ?? EXAMPLE.web });

type Round = { stores: Stores; readers: Readers; versionOf(one: Wanted['template']): Version | undefined; membersIn: ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<CustomerId>>>; heavy: Set<string>; now: Date };

/** Only whoever got a text of the test is in it, and not whom a journey put into an arm of its own. */
function drawOf({ document, experimentId }: Version, { variant }: Chosen, { arm }: Wanted['params'], customer: CustomerId): Pick<Rendered, 'draw'> {
  const drawn = typeof arm === 'string' || variant.when.arms.length === 0 ? undefined : drawnArm(document, experimentId, customer);
  return drawn && experimentId !== null ? { draw: { experiment: experimentId, arm: drawn.counted } } : {};
}

/** Which versions of which shared blocks stand in the text: they are written down with the message. */
const blocksOf = ({ blocks }: Pick<CompiledEntry, 'blocks'>): Pick<Rendered, 'blocks'> => (blocks ? { blocks } : {});

function renderOne({ readers, versionOf, membersIn, heavy, now }: Round, { template, channel, customer, language, params, links, personalised }: Wanted): Rendered | Refused {
  const version = versionOf(template), person = readers.personOf(customer);
  if (!version) return refuse('template.not_published', { id: template.id });
  if (version.fault) return version.fault;
  const reader = readerOf({ templateId: version.id, experimentId: version.experimentId, document: version.document, customer, person, language, arm: params.arm, personalised, members: membersIn.get(version.id) ?? new Map() });
  const chosen = choose(version.document, channel, reader);
  const content = chosen && version.readyOf(chosen.variant.key, chosen.entry.language, channel);
  if (!content) return refuse('template.nothing_fits', { channel, language });
  const scene = { person, fields: readers.fields, workspace: readers.workspace, params, links: version.version < TEST_FROM ? links : tried(links), language: content.entry.language, personalised, now };
  // One that was too heavy for somebody is not tried on thousands more.
  const place = `${version.id} ${version.version} ${content.entry.variant}`;
  if (heavy.has(place)) return refuse('template.too_heavy');
  try {
    return { ...renderEntry(content, scopeOf(scene), mannerOf(scene)), ...drawOf(version, chosen, params, person?.id ?? customer), ...blocksOf(content.entry) };
  } catch (error) {
    const refused = told(error);
    if (refused.refused === 'template.too_heavy') heavy.add(place);
    return refused;
  }
}

async function segmentsIn(stores: Stores, workspaceId: WorkspaceId, wanted: readonly Wanted[], { versionOf, readers }: Pick<Round, 'versionOf' | 'readers'>): Promise<Round['membersIn']> {
  const byVersion = Map.groupBy(wanted.filter(({ personalised }) => personalised), ({ template }) => versionOf(template));
  const found = new Map<string, ReadonlyMap<string, ReadonlySet<CustomerId>>>();
  for (const [version, own] of byVersion) {
    const segments = version ? segmentsOf(version.document) : [];
    if (version && segments.length > 0) found.set(version.id, await membersOf(stores, workspaceId, segments, [...new Set(own.flatMap(({ customer }) => readers.personOf(customer)?.id ?? []))]));
  }
  return found;
}

/**
 * Renders messages for many people: one answer each, in order. What they need is loaded for all of them at once: the versions (kept in memory), the
 * people, the workspace and its fields, the shared blocks as they are now, and a look a segment that a variant names. Answers may be refusals: `template.not_published`,
 * `template.nothing_fits`, and whatever `renderEntry` refuses (`template.variable_missing` above all: nobody is sent a blank).
 */
export async function renderAll(stores: Stores, workspaceId: WorkspaceId, wanted: readonly Wanted[]): Promise<(Rendered | Refused)[]> {
  if (wanted.length === 0) return [];
  const asked = wanted.map(({ template }) => template).filter(({ id }) => isUuid(id));
  const [found, readers] = await Promise.all([stores.pg.tx(workspaceId, (tx) => versionsIn(tx, workspaceId, asked)), loadReaders(stores, workspaceId, wanted.map(({ customer }) => customer))]);
  const current = await upToDate(stores, workspaceId, [...new Set(asked.flatMap((one) => found(one) ?? []))]);
  const versionOf = (one: Wanted['template']): Version | undefined => { const version = found(one); return version && current(version); };
  const membersIn = await segmentsIn(stores, workspaceId, wanted, { versionOf, readers });
  const round: Round = { stores, readers, versionOf, membersIn, heavy: new Set(), now: stores.clock.now() };
  const answers: (Rendered | Refused)[] = [];
  let turn = performance.now();
  for (const one of wanted) {
    answers.push(renderOne(round, one));
    if (performance.now() - turn < TURN_MS) continue;
    await breathe();
    turn = performance.now();
  }
  return answers;
}
