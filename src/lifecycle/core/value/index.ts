/**
 * Customer-value models: pure TypeScript without dependencies, usable on their own. Guide: docs/guide/value-models.md.
 * Every fit returns parameters with their uncertainty, or a coded refusal; nothing here returns NaN.
 */
export { type Customers, type History, spread } from './columns.ts';
export { type Grouped, groupCustomers } from './grouping.ts';
export { isRefused, type RefusalCode, type Refused, REFUSALS } from './refused.ts';
export type { Fit } from './fit.ts';
export { drawParams } from './draws.ts';
export { type WarningCode, WARNINGS } from './boundaries.ts';
export type { PurchaseModel, Scores } from './purchaseModel.ts';
export type { BgParams } from './growth.ts';
export { bgNbd } from './bgNbd.ts';
export { mbgNbd } from './mbgNbd.ts';
export { paretoDert, paretoNbd, type ParetoParams } from './paretoNbd.ts';
export { nbd, type NbdParams } from './nbd.ts';
export { bgBb, bgBbDert, type BgBbParams } from './bgBb.ts';
export { gammaGamma, type GammaGammaParams, type Spend } from './gammaGamma.ts';
export { type Independence, spendIndependence } from './independence.ts';
export { type Contracts, contractsOf, type SbgParams, shiftedBetaGeometric } from './shiftedBetaGeometric.ts';
export { discountedPurchases, discountedPurchasesOf, type Plan, residualValueOf, type Value } from './residual.ts';
export { type Draws, expectedValue, expectedValuesOf, type Interval, type Intervals, outcomeValue, type Spender } from './residualIntervals.ts';
export { simulate, simulateContracts, simulateSpend } from './simulate.ts';
export { betaI, digamma, gammaP, gammaQuantile, logBeta, logGamma, normalCdf, normalQuantile } from './special.ts';
export { hypergeometric } from './hypergeometric.ts';
export { minimise, minimiseFrom, type Minimum, type Objective } from './optimise.ts';
