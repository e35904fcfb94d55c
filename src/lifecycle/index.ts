import type { Route } from '../kernel/http/route.ts';
import { layerRoutes } from './layers/index.ts';
import { moneyRoutes } from './money/index.ts';
import { overviewRoutes } from './routes/overview.ts';
import { rulesRoutes } from './routes/rules.ts';
import { worthRoutes } from './routes/worth.ts';
import { scoringRoutes } from './scoring/index.ts';
import { personaRoutes, segmentLifeRoutes, segmentRoutes } from './segments/index.ts';
import { signalRoutes } from './signals/index.ts';
import { offerRoutes } from './offers/index.ts';
import { tagValueRoutes } from './tags/index.ts';
import { touchRoutes } from './touch/index.ts';

/** The door of the lifecycle: where customers stand, why, and what it is worth. */
export { dataDay } from './asOf.ts';
export { registerLifecycleEraser } from './erase.ts';
export { type Overview, overviewReply, rfmReply } from './contract.ts';
export { customerCard, strips } from './cards.ts';
export { stageCounts } from './counts.ts';
export type { Play } from './core/matrix.ts';
export { modelOf, MODELS, placeIn } from './core/models.ts';
export { BENCHMARKS, benchmarkOf, costSplit, isRefused as isMoneyRefused } from './core/money/index.ts';
export { SURVEY_EVENT } from './core/signals/acts.ts';
export { COMPLAINT_PREFIX } from './scoring/signals.ts';
export type { RfmRules } from './core/rfm.ts';
export { type Stage, STAGES } from './core/rules.ts';
export { rfmRulesShape } from './contract.ts';
export { changeLayers, layerJobs, layerReactions, layersTick, listLayers } from './layers/index.ts';
export type { LedgersReply } from './money/contract.ts';
export { flow, lifetime, matrix, overview } from './overview.ts';
export { type PlaySource, registerPlays } from './plays.ts';
export { catchUp, lifecycleReactions, lifecycleTick, patientLifecycle } from './reactions.ts';
export { reassess, type Reassessed, type ReassessMode, tick } from './reassess.ts';
export { changeRfm, previewRfm, rfmTable } from './rfm.ts';
export { configure, isRelearningDue, recalibrate, setCycles } from './rules.ts';
export { askRun, demandOfferLeave, type MeasuredResponse, objectorsAmong, type Offered, recordMeasuredResponse, rescore, runScoring, scoringJobs, scoringReactions, scoringTick, switchTraits, type Warned, warnedNow } from './scoring/index.ts';
export { registerProgrammeUses, registerSignalTraits, signalReactions, signalsTick } from './signals/index.ts';
export { registerOfferTraits } from './offers/index.ts';
export { registerValueTags } from './tags/index.ts';
export { askContacts, refreshTouch, registerTouchUses, slaFor, type Touch, touchIn, touchReactions, touchTick } from './touch/index.ts';
export { chooseModel, changeStrategy } from './strategy.ts';
export {
  compiledFor, createSegment, demandTree, endOfDay, fieldCatalogue, fitsOf, freezeSegment, fullCatalogue, holdSegments, keepPersona, listPersonas, listSegments, lookAtSegments, memberIds, type Preview, previewTree, recomputeSegments, registerRuleTags, segmentJobs, segmentReactions,
  registerSegmentUses, segmentsTick, segmentTree, type Use, writtenOut,
} from './segments/index.ts';

export const lifecycleRoutes: readonly Route[] = [...overviewRoutes, ...worthRoutes, ...moneyRoutes, ...rulesRoutes, ...scoringRoutes, ...segmentRoutes, ...segmentLifeRoutes, ...personaRoutes, ...layerRoutes, ...signalRoutes, ...touchRoutes, ...offerRoutes, ...tagValueRoutes];
