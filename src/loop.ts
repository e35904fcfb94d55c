import { collectReactions } from './collect/index.ts';
import { customersReactions } from './customers/index.ts';
import { engageReactions } from './engage/index.ts';
import { experimentReactions } from './insight/index.ts';
import type { Loop } from './kernel/facts.ts';
import { refreshStatistics } from './kernel/postgres/statistics.ts';
import { tellSampleStory } from './product/sampleStory.ts';
import { WEBHOOK_KINDS } from './product/core/webhookKinds.ts';
import { tellWebhooks } from './product/webhooks/tell.ts';
import { layerReactions, lifecycleReactions, patientLifecycle, scoringReactions, segmentReactions, signalReactions, touchReactions } from './lifecycle/index.ts';

/** What follows a bulk write before anything else asks Postgres. */
const afterBulk = { 'kernel.refreshStatistics': refreshStatistics };
/** Events come a few at a time, and a long table is looked at for a second: nobody waits for it. */
const afterEvents = { 'kernel.watchStatistics': refreshStatistics };

/** What happens inside, in order. */
const within: Loop = {
  // The simulated shop's story first: it brings one more file, which all the others then answer together with the shop's own.
  'import.finished': { 'product.tellSampleStory': tellSampleStory, ...afterBulk, ...lifecycleReactions['import.finished'], ...signalReactions['import.finished'], ...collectReactions['import.finished'], ...customersReactions['import.finished'], ...scoringReactions['import.finished'], ...segmentReactions['import.finished'], ...experimentReactions['import.finished'] },
  'import.undone': { ...afterBulk, ...lifecycleReactions['import.undone'], ...signalReactions['import.undone'], ...customersReactions['import.undone'], ...scoringReactions['import.undone'], ...segmentReactions['import.undone'] },
  'events.recorded': { ...afterEvents, ...lifecycleReactions['events.recorded'], ...scoringReactions['events.recorded'], ...signalReactions['events.recorded'], ...customersReactions['events.recorded'], ...layerReactions['events.recorded'], ...segmentReactions['events.recorded'], ...engageReactions['events.recorded'] },
  'stages.backfilled': { ...afterBulk, ...layerReactions['stages.backfilled'], ...segmentReactions['stages.backfilled'] },
  'scores.made': { ...afterBulk, ...segmentReactions['scores.made'], ...engageReactions['scores.made'] },
  'scores.renewed': { ...engageReactions['scores.renewed'] },
  'customer.created': { ...lifecycleReactions['customer.created'], ...layerReactions['customer.created'], ...segmentReactions['customer.created'] },
  'customer.merged': { ...lifecycleReactions['customer.merged'], ...scoringReactions['customer.merged'], ...signalReactions['customer.merged'], ...experimentReactions['customer.merged'], ...engageReactions['customer.merged'], ...customersReactions['customer.merged'], ...layerReactions['customer.merged'], ...segmentReactions['customer.merged'], ...touchReactions['customer.merged'] },
  'customer.unmerged': { ...lifecycleReactions['customer.unmerged'], ...scoringReactions['customer.unmerged'], ...signalReactions['customer.unmerged'], ...experimentReactions['customer.unmerged'], ...engageReactions['customer.unmerged'], ...customersReactions['customer.unmerged'], ...layerReactions['customer.unmerged'], ...segmentReactions['customer.unmerged'], ...touchReactions['customer.unmerged'] },
  'stage.changed': { ...layerReactions['stage.changed'], ...segmentReactions['stage.changed'], ...engageReactions['stage.changed'] },
  'stage.corrected': { ...layerReactions['stage.corrected'], ...segmentReactions['stage.corrected'] },
  'consent.changed': { ...segmentReactions['consent.changed'] },
  'customer.erased': { ...touchReactions['customer.erased'] },
  'segment.changed': { ...touchReactions['segment.changed'], ...engageReactions['segment.changed'] },
  'tags.changed': { ...segmentReactions['tags.changed'], ...engageReactions['tags.changed'] },
  'people.met': { ...collectReactions['people.met'] },
  'journey.asked': { ...engageReactions['journey.asked'] },
  'experiment.entered': { ...experimentReactions['experiment.entered'] },
  'messages.sent': { ...experimentReactions['messages.sent'] },
  'experiment.exported': { ...experimentReactions['experiment.exported'] },
  'promotions.changed': { ...lifecycleReactions['promotions.changed'] },
};

const outside = { 'product.tellWebhooks': tellWebhooks };
/** Facts that other programs are told of where they asked for it; orders are told by the events that brought them. */
const told = [...WEBHOOK_KINDS.filter((kind) => kind !== 'order.recorded'), 'events.recorded'];

/** The product as a table: when this happened, these react, in this order; other programs last. Read it to know what the platform does by itself. */
export const loop: Loop = { ...within, ...Object.fromEntries(told.map((kind) => [kind, { ...within[kind], ...outside }])) };

/** What nobody waits for by the second: these go beside the others and, while facts keep coming, hear of them every few seconds, many at a time. */
export const unhurried: ReadonlySet<string> = new Set([signalReactions, customersReactions, scoringReactions, layerReactions].flatMap((reactions) => Object.keys(reactions['events.recorded'] ?? {})).concat(patientLifecycle, Object.keys(afterEvents), Object.keys(experimentReactions['messages.sent'])));
