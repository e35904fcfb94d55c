import { z } from 'zod';
import { PropertyFilter, Window } from '../../kernel/conditions/index.ts';
import { FIGURE_MAX, MEASURES, TIES, VALUE_KINDS } from '../core/tags/bands.ts';

const FILTERS_MAX = 20;
const BANDS_MAX = 20;
const TIMES_MAX = 1_000;

const instant = z.iso.datetime();
const text = z.string().min(1).max(100).refine((given) => given.isWellFormed() && !/[\u0000-\u001f\u007f]/.test(given), 'not storable text');
const did = { event: text, where: z.array(PropertyFilter).max(FILTERS_MAX).default([]), window: Window.default({ kind: 'ever' }) };
const property = text.describe('of the event; $channel, $shop, $source and $amount are its own columns, $category the goods of a purchase');

/** The first or last value of a property. Of values at the same moment the one first in the alphabet. */
export const MomentSpec = z.strictObject({ ...did, property });
/** The most frequent value of a property: seen at least so often, ties as told, and then the alphabet. */
export const PreferenceSpec = z.strictObject({ ...did, property, ties: z.enum(TIES).default('latest'), least: z.int().min(1).max(TIMES_MAX).default(1) });
const Figure = z.discriminatedUnion('of', [
  z.strictObject({ of: z.literal('event'), ...did, measure: z.enum(MEASURES), property: property.optional() }),
  z.strictObject({ of: z.literal('field'), field: text }),
]);
const Band = z.strictObject({ name: text, from: z.number().min(-FIGURE_MAX).max(FIGURE_MAX).nullable().describe('null: from below everything; money is minor units') });
/** A figure, named by the band it falls in. Below the first band there is no value. */
export const MetricSpec = z.strictObject({ figure: Figure, bands: z.array(Band).min(1).max(BANDS_MAX) });

export const SPECS = { first: MomentSpec, last: MomentSpec, preference: PreferenceSpec, metric: MetricSpec } as const;
export type MomentSpec = z.output<typeof MomentSpec>;
export type PreferenceSpec = z.output<typeof PreferenceSpec>;
export type MetricSpec = z.output<typeof MetricSpec>;
export type MetricInput = z.input<typeof MetricSpec>;

export const tagPreviewBody = z.object({ kind: z.enum(VALUE_KINDS), spec: z.record(z.string(), z.unknown()) });
export const tagPreviewShape = z.object({
  asOf: z.string(), people: z.number().int().describe('everybody'), valued: z.number().int().describe('whom the tag would have a value for'), values: z.number().int().describe('how many different ones'),
  rows: z.array(z.object({ value: z.string(), count: z.number().int() })).describe('the most frequent values; of a figure every band, in order'),
});
export type TagPreview = z.input<typeof tagPreviewShape>;

export const tagWhyParams = z.object({ id: z.uuid(), tag: z.uuid() });
/** What a value was made of. Moments are instants; `times` of categories are orders. */
export const tagWhyReply = z.object({
  kind: z.string(), version: z.number().int(), value: z.string(), since: instant, asOf: z.string(),
  now: z.string().nullable().describe('what the rule finds now; null: nothing, and the value was kept'),
  seen: z.array(z.object({ value: z.string(), times: z.number().int(), first: instant, last: instant })).describe('values of the property, the deciding one first'),
  figure: z.object({ number: z.number().nullable(), money: z.boolean(), from: z.number().nullable(), until: z.number().nullable() }).nullable(),
});
export type TagWhy = z.input<typeof tagWhyReply>;
