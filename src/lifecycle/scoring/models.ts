import type { z } from 'zod';
import { addDays } from '../../kernel/day.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { dataDay } from '../asOf.ts';
import type { ModelKind } from './codes.ts';
import type { ChurnReport, ModelLine, modelReply, scoringReply, ValueReport } from './contract.ts';
import { REFIT_DAYS } from './live.ts';
import { scoredOn } from './queries/scores.ts';
import { groupsInForce, modelHistory, modelNumbered, type ModelRow, newestLines } from './store.ts';

const lineOf = ({ kind, number, state, progress, trigger, asOf, name, why, createdAt, finishedAt }: ModelRow): ModelLine => ({ kind, number, state, progress, trigger, asOf, name, why, createdAt, finishedAt });

/** Where both models stand: what runs, what scores, when new ones are due. */
export async function scoringState(stores: Stores, workspaceId: WorkspaceId): Promise<z.input<typeof scoringReply>> {
  const [asOf, scored, { finished, open, judged }] = await Promise.all([
    dataDay(stores, workspaceId), scoredOn(stores.ch, workspaceId),
    stores.pg.tx(workspaceId, async (tx) => ({ finished: await newestLines(tx, workspaceId, true), open: await newestLines(tx, workspaceId, false), judged: await groupsInForce(tx, workspaceId) })),
  ]);
  const newest = (kind: ModelKind): ModelLine | null => finished.filter((row) => row.kind === kind).map(lineOf)[0] ?? null, value = newest('value');
  return { asOf, running: open.map(lineOf)[0] ?? null, value, churn: newest('churn'), scored, groups: judged?.churn ?? [], nextOn: value?.asOf ? addDays(value.asOf, REFIT_DAYS) : null };
}

const VERSIONS_SHOWN = 24;

/** The two figures by which versions are compared: ranking on what it had not seen, and how far the total was off. */
function measuresOf(report: ValueReport | ChurnReport | null): { auc: number | null; totalError: number | null } {
  if (!report) return { auc: null, totalError: null };
  if ('candidates' in report) {
    const shown = report.candidates.find(({ name }) => name === report.chosen) ?? report.candidates.find(({ judged }) => judged !== null);
    return { auc: shown?.judged?.auc?.auc ?? null, totalError: shown?.judged?.totalError ?? null };
  }
  return { auc: report.contenders.find(({ name }) => name === report.used)?.auc?.auc ?? null, totalError: null };
}

/** One model with everything its page shows, and its versions. */
export async function modelDetail(stores: Stores, workspaceId: WorkspaceId, kind: ModelKind, number: number | undefined): Promise<z.input<typeof modelReply>> {
  const { shown, history } = await stores.pg.tx(workspaceId, async (tx) => ({ shown: await modelNumbered(tx, workspaceId, kind, number), history: await modelHistory(tx, workspaceId, kind, VERSIONS_SHOWN) }));
  return {
    model: shown ? lineOf(shown) : null, value: kind === 'value' ? (shown?.report as ValueReport | undefined) ?? null : null, churn: kind === 'churn' ? (shown?.report as ChurnReport | undefined) ?? null : null,
    history: history.map((row) => ({ ...lineOf(row), ...measuresOf(row.report) })),
  };
}
