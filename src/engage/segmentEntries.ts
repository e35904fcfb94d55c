import type { CustomerId, WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import { memberIds, segmentTree } from '../lifecycle/index.ts';
import type { Entry } from './core/definition.ts';
import { type Applicant, enrol } from './enrol.ts';
import { asker } from './knowledge.ts';
import { addMembers, clearMembers, membersBefore, removeMembers } from './queries/members.ts';
import type { JourneyRow } from './queries/journeys.ts';

type SegmentEntry = Extract<Entry, { kind: 'segment' }>;
const IDS_PER_PAGE = 20_000;
const PEOPLE_AT_ONCE = 5_000;

async function membersNow(stores: Stores, workspaceId: WorkspaceId, { segment }: SegmentEntry): Promise<Set<CustomerId>> {
  const caller = asker(workspaceId), tree = await segmentTree(stores, caller, segment);
  const found = new Set<CustomerId>();
  for (let after: CustomerId | null = null; ; ) {
    const page: { ids: CustomerId[]; next: CustomerId | null } = await memberIds(stores, caller, tree, { after, limit: IDS_PER_PAGE });
    for (const id of page.ids) found.add(id);
    if (!page.next) return found;
    after = page.next;
  }
}

const entriesOf = ({ draft }: Pick<JourneyRow, 'draft'>): [number, SegmentEntry][] => draft.entries.flatMap((entry, at) => (entry.kind === 'segment' ? [[at, entry]] : []));

/** Lets people in because they came into a segment, or left it; once for each time this is seen. */
export async function admitMoved(stores: Stores, workspaceId: WorkspaceId, journeyId: string, { segment, when }: SegmentEntry, moved: readonly CustomerId[], at: Date): Promise<void> {
  for (let from = 0; from < moved.length; from += PEOPLE_AT_ONCE) {
    await enrol(stores, workspaceId, journeyId, moved.slice(from, from + PEOPLE_AT_ONCE)
      .map((person): Applicant => ({ person, at, occasion: { kind: 'segment', event: `segment.${when}`, at: at.toISOString() }, mark: `segment:${segment}:${when}:${at.getTime()}` })));
  }
}

/** What the launch finds in its segments: where those who are in already do not enter (`backlog` false: nowhere), they are noted, so that only who comes later does. */
export async function seedMembers(stores: Stores, workspaceId: WorkspaceId, journey: Pick<JourneyRow, 'id' | 'draft'>, { backlog = true } = {}): Promise<void> {
  await stores.pg.tx(workspaceId, (tx) => clearMembers(tx, workspaceId, journey.id));
  for (const [at, entry] of entriesOf(journey)) {
    if (backlog && entry.when === 'entered' && entry.backlog) continue;
    const members = await membersNow(stores, workspaceId, entry);
    await stores.pg.tx(workspaceId, (tx) => addMembers(tx, workspaceId, journey.id, at, [...members]));
  }
}

/** Looks who came into, or left, the segments of a live journey since the last look, and lets them in. Safe to repeat: entries come before the note of them. */
export async function lookAtSegments(stores: Stores, workspaceId: WorkspaceId, journey: JourneyRow): Promise<void> {
  const now = stores.clock.now();
  for (const [at, entry] of entriesOf(journey)) {
    const [before, members] = [new Set(await stores.pg.tx(workspaceId, (tx) => membersBefore(tx, workspaceId, journey.id, at))), await membersNow(stores, workspaceId, entry)];
    const came = [...members].filter((id) => !before.has(id)), went = [...before].filter((id) => !members.has(id));
    await admitMoved(stores, workspaceId, journey.id, entry, entry.when === 'entered' ? came : went, now);
    await stores.pg.tx(workspaceId, async (tx) => {
      await addMembers(tx, workspaceId, journey.id, at, came);
      await removeMembers(tx, workspaceId, journey.id, at, went);
    });
  }
}
