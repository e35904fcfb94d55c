import type { z } from 'zod';
import type { Caller } from '../kernel/access/caller.ts';
import type { Day } from '../kernel/day.ts';
import { Refusal } from '../kernel/errors.ts';
import { fromCursor, toCursor } from '../kernel/http/cursor.ts';
import type { Stores } from '../kernel/stores.ts';
import { cohortQuestion } from './cohorts.ts';
import type { peopleBody, peoplePageShape } from './contract.ts';
import type { Period } from './core/periods.ts';
import { experimentPeople } from './experiments/index.ts';
import { funnelQuestion } from './funnel.ts';
import { pickVersion, versionsOf } from './metrics.ts';
import { cohortPeople } from './queries/cohort.ts';
import { funnelPeople } from './queries/funnel.ts';
import { type After, type Behind, countPeople, loadPeople, metricPeople, type PersonRow } from './queries/people.ts';
import type { Asked } from './queries/scope.ts';
import { ask } from './scope.ts';
import { fromToken, type Question } from './tokens.ts';

const TOTAL_EXACT_TO = 10_000;
type PeopleAsked = z.output<typeof peopleBody>;
type Pick = PeopleAsked['pick'];

async function behindOf(stores: Stores, caller: Caller, question: Exclude<Question, { of: 'experiment' }>, pick: Pick, asked: Asked, period: Period): Promise<Behind> {
  switch (question.of) {
    case 'metric': {
      const { id, version, by, part, which } = question;
      const { params } = pickVersion(await versionsOf(stores, caller, [id]), id, version);
      return metricPeople(asked, { id, params }, period, by, { part, which });
    }
    case 'cohorts':
      if (!pick || !('cohort' in pick)) throw new Refusal('insight.token_invalid', { pick: 'cohort' }, 400);
      return cohortPeople(asked, cohortQuestion(question.ask, period), pick);
    case 'funnel':
      if (!pick || !('step' in pick) || pick.step >= question.ask.steps.length || (pick.lost && pick.step === 0)) throw new Refusal('insight.token_invalid', { pick: 'step' }, 400);
      return funnelPeople(asked, funnelQuestion(question.ask, period), question.ask.by, pick);
  }
}

const afterOf = (cursor: string | undefined): After => {
  if (cursor === undefined) return null;
  const [net, customer] = fromCursor(cursor, 2);
  if (typeof net !== 'number' || typeof customer !== 'string' || !/^[0-9a-f-]{36}$/.test(customer)) throw new Refusal('cursor.invalid', {}, 400);
  return { net, customer };
};

const shown = ({ customer, name, stage, orders, net, last_on: lastOn, reach, top, bottom }: PersonRow) =>
  ({ customerId: customer, name, stage, orderCount: orders, netMinor: net, lastOn, reach, top, bottom });

async function openQuestion(stores: Stores, caller: Caller, question: Question, pick: Pick): Promise<{ behind: Behind; asOf: Day }> {
  if (question.of === 'experiment') {
    if (!pick || !('arm' in pick || 'leftOut' in pick)) throw new Refusal('insight.token_invalid', { pick: 'arm' }, 400);
    return experimentPeople(stores, caller, question.id, pick);
  }
  const { asked, period } = await ask(stores, caller, question.of === 'metric' ? question.scope : question.ask.scope);
  return { behind: await behindOf(stores, caller, question, pick, asked, period), asOf: asked.asOf };
}

/** The people behind a number, the most valuable first, page by page. Refuses a token or pick that fits no question. */
export async function people(stores: Stores, caller: Caller, { token, pick, cursor, limit }: PeopleAsked): Promise<z.input<typeof peoplePageShape>> {
  const { behind, asOf } = await openQuestion(stores, caller, fromToken(token), pick);
  const [rows, total] = await Promise.all([loadPeople(stores.ch, behind, afterOf(cursor), limit), countPeople(stores.ch, behind, TOTAL_EXACT_TO)]);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    rows: page.map(shown), asOf, next: last && rows.length > limit ? toCursor([last.net, last.customer]) : null,
    total: { count: Math.min(total, TOTAL_EXACT_TO), over: total > TOTAL_EXACT_TO },
  };
}
