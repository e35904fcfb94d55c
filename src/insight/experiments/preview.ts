import type { z } from 'zod';
import type { Caller } from '../../kernel/access/caller.ts';
import { newId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { dataDay } from '../../lifecycle/index.ts';
import { effectForShares, sizeForShares } from '../core/experiment/index.ts';
import { barsFor, compiledAudience } from './audience.ts';
import type { Audience, Plan, Preview, previewBody } from './contract.ts';
import { demandExperiment } from './experiments.ts';
import { type Sorted, sortAudience, stretchesBought } from './queries/draw.ts';
import { orNull } from './refuse.ts';

/** Rises of the share of buyers that the size helper tells the price of. */
const EFFECTS = [0.01, 0.02, 0.03, 0.05, 0.1] as const;
/** Where nobody of the audience bought in a year, a share to plan with nevertheless: one in a thousand. */
const SMALLEST_BASE = 0.001;
/** The usual share of buyers is an average over so many days: that of as many stretches as fit, each as long as the window of the plan. */
const YEAR_DAYS = 365;

const sumOf = (rows: readonly Sorted[]): number => rows.reduce((sum, { people }) => sum + people, 0);

function channelsOf(plan: Plan, eligible: readonly Sorted[]): Preview['channels'] {
  return plan.channels.map(({ channel, costMinor }, at) => {
    const assigned = sumOf(eligible.filter((row) => row.assigned === channel));
    return { channel, open: eligible.reduce((sum, row) => sum + (row.open[at] ?? 0), 0), assigned, costMinor: assigned * (1 - plan.holdOut) * costMinor };
  });
}

function sizesOf(base: number | null, customers: number, plan: Plan): Pick<Preview, 'detectable' | 'needed'> {
  if (base === null || plan.holdOut === 0) return { detectable: null, needed: [] };
  const split = { controlShare: plan.holdOut };
  const needed = EFFECTS.flatMap((effect) => {
    const size = orNull(sizeForShares({ base, effect }, split));
    return size ? [{ effect, customers: size.treated + size.control }] : [];
  });
  return { detectable: orNull(effectForShares({ base, customers }, split)), needed };
}

type Asked = z.output<typeof previewBody>;

const audienceOf = async (stores: Stores, caller: Caller, { audience, experimentId = '' }: Asked): Promise<Audience> =>
  audience ?? (await stores.pg.tx(caller.workspaceId, (tx) => demandExperiment(tx, caller, experimentId))).audience;

/** What a draw would come to, before anything is locked: people and why others are left out, reach and cost by channel, and what so many people could prove. */
export async function previewExperiment(stores: Stores, caller: Caller, asked: Asked): Promise<Preview> {
  const { plan, startsOn, experimentId = newId() } = asked;
  const [asOf, audience] = await Promise.all([dataDay(stores, caller.workspaceId), audienceOf(stores, caller, asked)]);
  const [people, bars] = await Promise.all([compiledAudience(stores, caller, audience, asOf), barsFor(stores, caller, { id: experimentId, plan, startsOn })]);
  const stretches = Math.max(1, Math.floor(YEAR_DAYS / plan.windowDays)), window = { workspaceId: caller.workspaceId, windowDays: plan.windowDays, stretches, asOf };
  const [sorted, bought] = await Promise.all([sortAudience(stores.ch, people, bars), stretchesBought(stores.ch, people, window)]);
  const all = sumOf(sorted), baseMeasured = all === 0 ? null : bought / (all * stretches);
  const eligible = sorted.filter(({ bar }) => bar === '');
  const customers = sumOf(eligible);
  const control = Math.round(customers * plan.holdOut);
  const channels = channelsOf(plan, eligible);
  const baseShare = plan.baseShare ?? (baseMeasured === null ? null : Math.max(SMALLEST_BASE, baseMeasured));
  return {
    asOf, audience: all, eligible: customers, excluded: Object.fromEntries([...Map.groupBy(sorted.filter(({ bar }) => bar !== ''), ({ bar }) => bar)].map(([bar, rows]) => [bar, sumOf(rows)])),
    treated: customers - control, control, costMinor: channels.reduce((sum, one) => sum + one.costMinor, plan.fixedCostMinor), channels, baseShare, baseMeasured, ...sizesOf(baseShare, customers, plan),
  };
}
