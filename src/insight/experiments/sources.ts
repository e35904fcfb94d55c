import type { Day } from '../../kernel/day.ts';
import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/sql.ts';
import { type Anchor, type ArmCount, anchorsOf, armCounts } from './queries/experiments.ts';
import { measuring, spentOnNobodies } from './queries/erase.ts';
import { messageCosts } from './queries/sendings.ts';

/** What was spent on an arm beyond files that were handed out: minor units, and on how many people. */
export type Spent = { experimentId: string; arm: string; people: number; minor: number };
export type SpentOn = { experimentId: string; customer: CustomerId; minor: number };
/** When something first went to somebody who was drawn; `customer` as they were drawn. */
export type FirstSent = { experimentId: string; customer: CustomerId; day: Day };
/** Whoever sends by itself to people of experiments: what it spent within each one's window, and when it began with each. */
export type SendingSource = {
  spentBy(tx: Tx, workspaceId: WorkspaceId, experiments: readonly { id: string; windowDays: number }[]): Promise<readonly Spent[]>;
  /** The same of some people (as they were drawn), one by one. */
  spentOn(tx: Tx, workspaceId: WorkspaceId, experiments: readonly { id: string; windowDays: number }[], customers: readonly string[]): Promise<readonly SpentOn[]>;
  firstSent(tx: Tx, workspaceId: WorkspaceId, of: { experimentId?: string; customers?: readonly string[] }): Promise<readonly FirstSent[]>;
};

const sources = new Map<string, SendingSource>();

/** Makes what somebody sends and spends part of every result; saying it again under a name replaces it. */
export const registerSendings = (name: string, source: SendingSource): void => void sources.set(name, source);

async function spent(tx: Tx, workspaceId: WorkspaceId, experiments: readonly { id: string; windowDays: number }[]): Promise<Spent[]> {
  const all: Spent[] = experiments.length > 0 ? await spentOnNobodies(tx, workspaceId, experiments.map(({ id }) => id)) : [];
  if (experiments.length > 0) for (const source of sources.values()) all.push(...await source.spentBy(tx, workspaceId, experiments));
  return all;
}

/** What sending to each arm cost, in minor units: files, and whatever else sends. */
export async function sendingCosts(tx: Tx, workspaceId: WorkspaceId, { id, plan: { windowDays } }: { id: string; plan: { windowDays: number } }): Promise<{ arm: string; minor: number }[]> {
  return [...await messageCosts(tx, workspaceId, id), ...await spent(tx, workspaceId, [{ id, windowDays }])];
}

/** People of each arm, and how many of them something was sent to. */
export async function armsSent(tx: Tx, workspaceId: WorkspaceId, experiments: readonly { id: string; plan: { windowDays: number }; rolling: boolean }[]): Promise<ArmCount[]> {
  const others = await spent(tx, workspaceId, experiments.filter(({ rolling }) => rolling).map(({ id, plan }) => ({ id, windowDays: plan.windowDays })));
  const counts = await armCounts(tx, workspaceId, experiments.map(({ id }) => id));
  return counts.map((one) => ({ ...one, sent: one.sent + others.filter(({ experimentId, arm }) => experimentId === one.experimentId && arm === one.arm).reduce((sum, { people }) => sum + people, 0) }));
}

/** Draws as they stand today, with the first day on which anything went to each. */
export async function anchorsNow(tx: Tx, workspaceId: WorkspaceId, of: { experimentId?: string; customers?: readonly string[] }): Promise<Anchor[]> {
  const anchors = await anchorsOf(tx, workspaceId, of), first = new Map<string, Day>();
  const named = of.customers === undefined ? of : { customers: anchors.map(({ anchor }) => anchor) };
  for (const source of anchors.length > 0 ? sources.values() : []) for (const { experimentId, customer, day } of await source.firstSent(tx, workspaceId, named)) {
    const at = `${experimentId} ${customer}`, known = first.get(at);
    if (known === undefined || day < known) first.set(at, day);
  }
  return anchors.map((one) => ({ ...one, sentOn: one.sentOn ?? first.get(`${one.experimentId} ${one.anchor}`) ?? null }));
}

/** What went to somebody under an experiment: since when, and what it cost within their window; null: nothing went in it. */
export type Went = { experimentId: string; customer: CustomerId; day: Day; minor: number | null };

/** Everything that went to some people (as they were drawn), to be asked before whoever sent it forgets whose it was. */
export async function wentTo(tx: Tx, workspaceId: WorkspaceId, customers: readonly string[]): Promise<Went[]> {
  const experiments = await measuring(tx, workspaceId, customers), all: Went[] = [];
  for (const source of experiments.length > 0 ? sources.values() : []) {
    const cost = new Map((await source.spentOn(tx, workspaceId, experiments, customers)).map(({ experimentId, customer, minor }) => [`${experimentId} ${customer}`, minor]));
    all.push(...(await source.firstSent(tx, workspaceId, { customers })).map((one) => ({ ...one, minor: cost.get(`${one.experimentId} ${one.customer}`) ?? null })));
  }
  return all;
}
