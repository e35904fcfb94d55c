/** Value in money: pure, without dependencies, usable on its own. Amounts are whole minor units of one currency. */
export * from './acquisition.ts';
export * from './benchmarks.ts';
export * from './budget.ts';
export * from './clv.ts';
export * from './costSplit.ts';
export * from './engagement.ts';
export * from './ledger.ts';
export * from './periods.ts';
export * from './refused.ts';
export * from './saveList.ts';
export * from './score.ts';
export * from './sharing.ts';
export * from './split.ts';
