/** What a cost may be for, in the order people look for them. */
export const COST_KINDS = ['acquisition', 'retention', 'service', 'fulfilment', 'incentive', 'product'] as const;
