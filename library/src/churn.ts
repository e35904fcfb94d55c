/** Who is likely gone, with reasons that add up: own-rhythm horizons, recency, logistic regression with splines, boosted trees, exact contributions, early warnings. */
export * from '../../src/lifecycle/core/churn/index.ts';
export { type Random, seeded } from '../../src/kernel/random.ts';
