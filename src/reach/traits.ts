import { registerTrait } from '../customers/index.ts';
import { COMPLAINT_PREFIX, SURVEY_EVENT } from '../lifecycle/index.ts';
import { type Answered, complaining, lastAnswers } from './queries/moods.ts';

const OF = { source: 'reach', block: null } as const;
const RETOLD = ['import.finished', 'customer.merged', 'customer.unmerged', 'events.recorded'];
const SCORES_DAYS = 180;

/** What the send decision must know of people: whether they complain, and how content they said they are. Published, so that conditions read it, too. */
export function registerMoods(): void {
  registerTrait({
    ...OF, key: 'open_complaint', type: 'boolean', ttlDays: 30, on: RETOLD, by: { did: (event) => event.startsWith(COMPLAINT_PREFIX) }, everyHours: 24,
    compute: async ({ ch }, workspaceId, customers) => new Map((await complaining(ch, workspaceId, customers)).map(({ customer, open }) => [customer, open ? true : null])),
  });
  const score = (key: 'csat' | 'nps', value: (row: Answered) => number | null): void => registerTrait({
    ...OF, key, type: 'number', ttlDays: SCORES_DAYS, on: RETOLD, by: { did: (event) => event === SURVEY_EVENT }, everyHours: 24,
    compute: async ({ ch, clock }, workspaceId, customers) => new Map((await lastAnswers(ch, workspaceId, customers, new Date(clock.now().getTime() - SCORES_DAYS * 86_400_000))).map((row) => [row.customer, value(row)])),
  });
  score('csat', ({ csat }) => csat);
  score('nps', ({ nps }) => nps);
}
