import type { z } from 'zod';
import { workspaceById } from '../../kernel/access/index.ts';
import type { Caller } from '../../kernel/access/caller.ts';
import { addDays, monthOf } from '../../kernel/day.ts';
import { Refusal } from '../../kernel/errors.ts';
import { toMinor } from '../../kernel/money.ts';
import type { Stores } from '../../kernel/stores.ts';
import { dataDay } from '../asOf.ts';
import { acquireVsKeep, cacReport } from '../core/money/acquisition.ts';
import { benchmarkOf } from '../core/money/benchmarks.ts';
import { isRefused } from '../core/money/refused.ts';
import type { acquisitionQuery, acquisitionReply } from './contract.ts';
import { demandWhole } from './costs.ts';
import { keptBetween, newcomers, type Spent, spent } from './queries/heads.ts';
import { sure } from './shares.ts';

/** Twelve months that end with the data's own day, unless told. */
const MONTHS_SHOWN = 12;
const monthsBefore = (month: string, months: number): string => {
  const at = Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1 - months;
  return `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`;
};

type Reply = z.input<typeof acquisitionReply>;

/** The figure of the trade that money is compared with, where the workspace counts in its currency. Nobody has verified it. */
function referenceIn(currency: string): Reply['reference'] {
  const cited = benchmarkOf('acquisition.cost');
  return cited && cited.currency === currency ? { minor: toMinor(cited.value, currency), currency, citation: cited.citation, status: cited.status } : null;
}

/** CAC by channel and month (R45), and what a new customer costs against what a kept one does (R47). Refuses `lifecycle.months_order` and staff of single shops. */
export async function acquisition(stores: Stores, caller: Caller, ask: z.output<typeof acquisitionQuery>): Promise<Reply> {
  demandWhole(caller);
  const { workspaceId } = caller;
  const asOf = await dataDay(stores, workspaceId);
  const to = ask.to ?? monthOf(asOf);
  const from = ask.from ?? monthsBefore(to, MONTHS_SHOWN - 1);
  if (from > to) throw new Refusal('lifecycle.days_order', { from, to });
  const days = { from: `${from}-01`, to: addDays(`${monthOf(addDays(`${to}-28`, 4))}-01`, -1) };
  const [costs, came, kept, { currency }] = await Promise.all([spent(stores.ch, workspaceId), newcomers(stores.ch, workspaceId), keptBetween(stores.ch, workspaceId, days), workspaceById(stores, workspaceId)]);
  const inside = ({ month }: { month: string }): boolean => month >= from && month <= to;
  const spends = costs.filter(({ kind }) => kind === 'acquisition').filter(inside).map(({ channel, month, amountMinor }: Spent) => ({ channel, month, spendMinor: amountMinor }));
  const report = sure(cacReport(spends, came.filter(inside)));
  const costMinor = costs.filter(({ kind }) => kind === 'retention').filter(inside).reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  return { asOf, from, to, ...report, reference: referenceIn(currency), keep: keepOf(report.all, { costMinor, ...kept }) };
}

function keepOf({ cacMinor, spendMinor, customers }: Reply['all'], { costMinor, before, kept }: { costMinor: number; before: number; kept: number }): Reply['keep'] {
  const told = { costMinor, before, kept };
  if (cacMinor === null) return { ...told, cacMinor, keepMinor: null, ratio: null, why: { code: 'money.no_new_buyers', facts: { customers } } };
  // The quotient of CAC leaves out channels without spend, so the newcomers it stands for are taken back from it.
  const compared = acquireVsKeep({ spendMinor, newCustomers: spendMinor === 0 ? customers : spendMinor / cacMinor, keepCostMinor: costMinor, kept });
  if (isRefused(compared)) return { ...told, cacMinor, keepMinor: null, ratio: null, why: { code: compared.refused, facts: compared.facts } };
  return { ...told, ...compared, cacMinor, why: null };
}
