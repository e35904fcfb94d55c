/** What a webhook can be told of: facts of the product, by the names they have in src/loop.ts. */
export const WEBHOOK_KINDS = [
  'customer.created', 'customer.merged', 'customer.unmerged', 'customer.erased', 'consent.changed', 'tags.changed',
  'stage.changed', 'stage.corrected', 'risk.raised', 'core.changed', 'scores.made',
  'order.recorded', 'import.finished', 'import.undone', 'experiment.settled', 'task.raised', 'journey.told',
] as const;
export type WebhookKind = (typeof WEBHOOK_KINDS)[number];
/** Sent by hand, to try an address. */
export const TEST_KIND = 'webhook.test';

export const PAUSES = ['failing', 'gone', 'staff'] as const;
export const MESSAGE_STATES = ['waiting', 'delivered', 'failed'] as const;
