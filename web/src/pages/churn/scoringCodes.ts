import type { AtRiskRow, CustomerScore, ModelLine } from './scoringQueries.ts';

export type ModelKind = ModelLine['kind'];
type Method = AtRiskRow['method'];
type Step = NonNullable<ModelLine['progress']>['step'];
type ExitReason = NonNullable<CustomerScore['exitReason']>['reason'];

/** Every code of a family the contract knows, none forgotten. */
const every = <Code extends string>(codes: Readonly<Record<Code, true>>): readonly Code[] => Object.keys(codes) as Code[];

export const MODEL_KINDS = every<ModelKind>({ value: true, churn: true });
export const METHODS = every<Method>({ model: true, trained: true, rhythm: true, recency: true });
/** In the order in which a run goes through them. */
export const STEPS = every<Step>({ read: true, fit: true, judge: true, train: true, refit: true, score: true, save: true, publish: true });
export const EXIT_REASONS = every<ExitReason>({ service: true, product: true, price: true, competition: true, delivery: true, no_need: true, moved: true, unreachable: true, other: true, unknown: true });
