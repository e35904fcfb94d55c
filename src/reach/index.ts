import type { Route } from '../kernel/http/route.ts';
import { decisionRoutes } from './routes/decisions.ts';
import { channelRoutes } from './routes/channels.ts';
import { reachSettingRoutes } from './routes/settings.ts';

/** The door of reach: whether somebody may be spoken to, how, and what became of it. */
export { CHANNELS, type ChannelName, PURPOSES, type Purpose, type Source } from './core/message.ts';
export type { Block } from './core/templates/document.ts';
export { sealConfig } from './accounts.ts';
export { rulesShape } from './contract.ts';
export { broadcastsTick } from './broadcasts.ts';
export { openMessageDoor } from './channels/public/door.ts';
export { inControl } from './core/control.ts';
export { holidaysAround } from './core/holidays.ts';
export { permit } from './core/permit.ts';
export { DEFAULT_RULES, type Rules } from './core/rules.ts';
export { addAccount, listAccounts } from './connections.ts';
export { deliverDue, deliverIn, startDeliverer } from './deliverer.ts';
export { listGroups, makeGroup, sayTopicsIn, topicsOfIn } from './groups.ts';
export { hear, type Inbound, noteOpenings } from './inbound.ts';
export type { IsWanted } from './core/person.ts';
export { type LastLook, registerLastLook } from './looks.ts';
export { complainersIn } from './load.ts';
export { type Intent, propose, refuseAll, release, withdraw, withdrawAll } from './propose.ts';
export { optOutIn, type ReceiptIn, recordReceipts } from './receipts.ts';
export { noteRefused, type RefusedIntent } from './refusals.ts';
export { registerReach } from './register.ts';
export { changeRules, readRules } from './rules.ts';
export { keepSenders, type Senders } from './senders.ts';
export { rulesOf } from './settings.ts';
export { BlockDocument, blockRoutes, changeRules as changeTextRules, compileNow, Document, listBlocks, listTemplates, makeBlock, makeTemplate, offeredOf, openPreferences, publishTemplate, readRules as readTextRules, registerTemplateUsers, renderAll, templateRoutes, type TemplateUser, type Wanted } from './templates/index.ts';

export const reachRoutes: readonly Route[] = [...decisionRoutes, ...reachSettingRoutes, ...channelRoutes];
