/** Whom a report counts: everyone, consumers or business buyers; of one shop or of all. */
export type Audience = { people: 'all' | 'consumers' | 'b2b'; shop: string };

/** The condition on `stage_now` rows; needs the params of `audienceParams`. */
export const audienceFilter = ({ people, shop }: Audience): string => [
  'workspace = {workspace:UUID}',
  ...(people === 'all' ? [] : [`b2b = ${people === 'b2b' ? 1 : 0}`]),
  ...(shop === '' ? [] : ['customer in (select customer from purchases(workspace = {workspace:UUID}) where shop = {shop:String})']),
].join(' and ');

export const audienceParams = (workspaceId: string, { shop }: Audience): Record<string, unknown> => ({ workspace: workspaceId, ...(shop === '' ? {} : { shop }) });
