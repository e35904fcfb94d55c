import { bgNbd, mbgNbd, paretoNbd, type PurchaseModel } from '../../core/value/index.ts';

/** The laws of purchases that are fitted and judged side by side, the plainest first. */
export const LAW_NAMES = ['mbg_nbd', 'pareto_nbd', 'bg_nbd'] as const;
export type LawName = (typeof LAW_NAMES)[number];

/** Each with its parameters by name. */
export type Law = PurchaseModel<string>;
export type Params = Readonly<Record<string, number>>;

const LAWS: Readonly<Record<LawName, Law>> = { mbg_nbd: mbgNbd as Law, pareto_nbd: paretoNbd as Law, bg_nbd: bgNbd as Law };
export const lawOf = (name: LawName): Law => LAWS[name];

/** Histories are told in weeks, as the field does; days elsewhere. */
export const WEEK = 7;
export const YEAR_DAYS = 365;
