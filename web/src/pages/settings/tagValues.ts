import { type Band, bandFault, CATEGORY, isOfProperty, isValueKind, type Measure, PURCHASE, type Ties, type ValueKind } from '../../../../src/lifecycle/core/tags/bands.ts';
import type { MetricInput } from '../../../../src/lifecycle/tags/contract.ts';
import type { PropertyFilter, Window } from '../../../../src/kernel/conditions/tests.ts';
import { gapsOf } from '../../ui/filter/gaps.ts';
import { AMOUNT } from '../../ui/filter/operands.ts';

/** What the form of a tag that carries a value holds, whatever its kind. A band that begins at no number yet is NaN. */
export type ValueDraft = {
  of: 'event' | 'field'; event: string; where: PropertyFilter[]; window: Window; property: string; ties: Ties; least: number; measure: Measure; field: string; bands: Band[];
};

const START: Omit<ValueDraft, 'property'> = {
  of: 'event', event: PURCHASE, where: [], window: { kind: 'ever' }, ties: 'latest', least: 1, measure: 'count', field: '', bands: [{ name: '0', from: null }, { name: '1–2', from: 1 }, { name: '3+', from: 3 }],
};
/** A tag of a kind with as much of it said as can be guessed. */
export function blankValue(kind: ValueKind): ValueDraft {
  switch (kind) {
    case 'first': case 'last': return { ...START, property: '$channel' };
    case 'preference': return { ...START, property: CATEGORY, window: { kind: 'rolling', days: 180 } };
    case 'metric': return { ...START, property: AMOUNT, window: { kind: 'rolling', days: 90 } };
  }
}

/** A kept spec as the form holds it. */
export function valueDraft(kind: string, spec: unknown): ValueDraft | undefined {
  if (!isValueKind(kind)) return undefined;
  const given = spec as Partial<ValueDraft> & Partial<MetricInput>;
  return { ...blankValue(kind), ...(kind === 'metric' ? { ...given.figure, bands: [...(given.bands ?? [])] } : given) } as ValueDraft;
}

/** What the server keeps: only what the kind asks for. */
export function specOf(kind: ValueKind, { of, event, where, window, property, ties, least, measure, field, bands }: ValueDraft): Record<string, unknown> {
  const did = { event, where, window };
  if (kind === 'preference') return { ...did, property, ties, least };
  if (kind !== 'metric') return { ...did, property };
  return { figure: of === 'field' ? { of, field } : { of, ...did, measure, ...(isOfProperty(measure) ? { property } : {}) }, bands };
}

/** Whether the numbers of a draft's bands are minor units of money. */
export const isOfMoney = ({ of, measure, property, field }: ValueDraft, moneyFields: readonly string[]): boolean =>
  (of === 'field' ? moneyFields.includes(field) : isOfProperty(measure) && measure !== 'distinct' && property === AMOUNT);

/** How much of a draft is still to be said. */
export function gapsIn(kind: ValueKind, draft: ValueDraft): number {
  const { of, event, where, window, property, least, measure, field, bands } = draft, isMetric = kind === 'metric';
  const did = isMetric && of === 'field' ? (field === '' ? 1 : 0) : gapsOf({ kind: 'event', event, where, window, of: { measure: 'count', test: { op: 'at_least', value: 1 } } }).length + ((!isMetric || isOfProperty(measure)) && property === '' ? 1 : 0);
  const unsaid = isMetric ? bands.filter(({ name, from }) => name.trim() === '' || Number.isNaN(from)).length + (bandFault(bands) ? 1 : 0) : 0;
  return did + unsaid + (kind === 'preference' && !(Number.isInteger(least) && least >= 1) ? 1 : 0);
}
