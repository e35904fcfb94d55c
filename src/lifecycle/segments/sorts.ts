/** What a list of customers may be sorted by. Never a masked or sealed field. */
export const SORTS = ['name', 'created_on', 'first_on', 'last_on', 'net_minor', 'order_count', 'stage_since', 'gap_days', 'churn_probability'] as const;
export type Sort = (typeof SORTS)[number];
