import type { Compiled } from '../../kernel/conditions/index.ts';
import { purchases } from '../../kernel/readings.ts';

/**
 * Whom a report counts: everyone, consumers or business buyers; of one shop or of all. `within`: the shops whose customers
 * the asker may see at all, none for everybody. `members`: those of a compiled filter alone.
 */
export type Audience = { people: 'all' | 'consumers' | 'b2b'; shop: string; within: readonly string[]; members?: Compiled | undefined };

/** The condition on `stage_now` rows; needs the params of `audienceParams`. */
export const audienceFilter = ({ people, shop, within, members }: Audience): string => [
  'workspace = {workspace:UUID}',
  ...(people === 'all' ? [] : [`b2b = ${people === 'b2b' ? 1 : 0}`]),
  ...(shop === '' ? [] : [`customer in (select customer from ${purchases('customer', 'shop')} where shop = {shop:String})`]),
  ...(within.length === 0 ? [] : ["customer in (select customer from customer_state final where workspace = {workspace:UUID} and hasAny(lists['shops'], {within:Array(String)}))"]),
  ...(members ? [`customer in (${members.sql})`] : []),
].join(' and ');

export const audienceParams = (workspaceId: string, { shop, within, members }: Audience): Record<string, unknown> =>
  ({ ...members?.params, workspace: workspaceId, ...(shop === '' ? {} : { shop }), ...(within.length === 0 ? {} : { within }) });
