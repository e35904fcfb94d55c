/** Value in money, in whole minor units of one currency: retention-rate and cohort CLV, ledgers, acquisition costs, budgets that break no cap, whom to save first. */
export { type AcquireVsKeep, acquireVsKeep, type Cac, type CacReport, cacReport, type FirstBuyers, type Spend } from '../../src/lifecycle/core/money/acquisition.ts';
export { adviseBudget, type Advice, type Allocation, type Curve, expectedAt, type Stop, STOPS, type Tier } from '../../src/lifecycle/core/money/budget.ts';
export { type CohortProfit, type EmpiricalClv, empiricalClv, retentionClv, totalAtRisk, valueAtRiskMinor } from '../../src/lifecycle/core/money/clv.ts';
export { drill, type Entry, ENTRY_KINDS, type EntryKind, type Ledger, ledgerOf, ledgers, type Line, LINE_OF, LINES } from '../../src/lifecycle/core/money/ledger.ts';
export { firstMonthOf, PERIOD_UNITS, periodDiscount, periodOf, type PeriodUnit } from '../../src/lifecycle/core/money/periods.ts';
export { isRefused, MONEY_REFUSALS, type MoneyRefusal, type Refused } from '../../src/lifecycle/core/money/refused.ts';
export { type Candidate, gainOf, type Response, type Saved, type SaveList, saveList } from '../../src/lifecycle/core/money/saveList.ts';
export { type Dimension, DIMENSIONS, dimensionsOf, type Measure, type Part, percentiles, type Score, scoreOf } from '../../src/lifecycle/core/money/score.ts';
export { type Bill, type Heads, type SharedBill, type Share, type Sharer, shareOut, sharesOf } from '../../src/lifecycle/core/money/sharing.ts';
export { type Brought, type SplitTotals, splitValue, type ValueSplit } from '../../src/lifecycle/core/money/split.ts';
