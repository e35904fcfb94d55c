import { purchases } from '../../kernel/readings.ts';
/**
 * Whom a report counts: everyone, consumers or business buyers; of one shop or of all. `within`: the shops whose customers
 * the asker may see at all, none for everybody.
 */
export type Audience = { people: 'all' | 'consumers' | 'b2b'; shop: string; within: readonly string[] };

/** The condition on `stage_now` rows; needs the params of `audienceParams`. */
export const audienceFilter = ({ people, shop, within }: Audience): string => [
  'workspace = {workspace:UUID}',
  ...(people === 'all' ? [] : [`b2b = ${people === 'b2b' ? 1 : 0}`]),
  ...(shop === '' ? [] : [`customer in (select customer from ${purchases('customer', 'shop')} where shop = {shop:String})`]),
  ...(within.length === 0 ? [] : ["customer in (select customer from customer_state final where workspace = {workspace:UUID} and hasAny(lists['shops'], {within:Array(String)}))"]),
].join(' and ');

export const audienceParams = (workspaceId: string, { shop, within }: Audience): Record<string, unknown> =>
  ({ workspace: workspaceId, ...(shop === '' ? {} : { shop }), ...(within.length === 0 ? {} : { within }) });
