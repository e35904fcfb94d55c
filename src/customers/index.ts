/** The door of customers: who they are, what is known of them, and what other modules say about them. */
export { readEmail, type Identifier, IDENTIFIER_KINDS, type IdentifierKind, isIdentifierKind, isMasked, readIdentifier } from './core/identifiers.ts';
export { maskOf } from './core/masks.ts';
export { type Block, BLOCKS, type Field, type FieldDeclaration } from './core/fields.ts';
export type { FieldValue } from './core/fold.ts';
export { CONSENT_CHANNELS, type ConsentChannel, type ConsentState, type Reach, REACHES } from './core/reach.ts';
export { phoneReader, readPhone } from './phones.ts';
export type { ConsentInput, Resolution, Resolved, ResolveItem, ResolveOptions } from './identify.ts';
export { resolve } from './resolve.ts';
export { merge, part, unmerge } from './merge.ts';
export { type Published, publish, publishIn } from './publish.ts';
export { type Hearsay, takeBack } from './takeBack.ts';
export { flushMirror } from './mirror.ts';
export { addField, fieldsOf, loadFields } from './fields.ts';
export {
  declareFields, type Eraser, type OrderFinder, registerEraser, registerOrderFinder, registerTagRule, registerTimeline, registerTrait, type TagRule, type TimelineEntry,
  type TimelinePage, type TimelineQuery, type TimelineSource, type TraitDeclaration,
} from './registry.ts';
export { HOT_COLUMNS } from './builtins.ts';
export { calledBy, createdSince, membersOf, ofMoreOrders, ownersOf, subjectIds } from './lookup.ts';
export { type CustomerLine, type CustomerPage, customerLines } from './list.ts';
export { profile } from './profile.ts';
export { type Address, addressesIn, type ConsentSaid, consentsIn, type KnownPerson, knownIn, ownersIn, sayConsentsIn } from './reaching.ts';
export { demandSeen, isScoped, seenBy } from './scope.ts';
export { limitJobs } from './limits.ts';
export { search, searchFor } from './search.ts';
export { eraseAgain, erasureJobs } from './erase.ts';
export type { Finder } from './marks.ts';
export { exchangeCustomers, takeCustomers } from './exchange.ts';
export { publishCompany } from './companies.ts';
export { exportCustomers } from './export.ts';
export { allTags } from './queries/tags.ts';
export { heldTag, refreshDueTags, refreshTags } from './tags.ts';
export { concerned, customersIn, type Interest, type Recorded, recordedIn } from './recorded.ts';
export { refreshTraits, relate, retrait } from './traits.ts';
export { type Applied, applyIn, raiseTasks } from './apply.ts';
export { tell } from './tell.ts';
export { humanContacts } from './humanContacts.ts';
export { type Happened, happened } from './happened.ts';
export { raiseTask, type TaskInput } from './tasks.ts';
export { customersReactions, customersTick } from './reactions.ts';
export { customersRoutes } from './routes.ts';
export { registerCustomersSealed } from './sealedPlaces.ts';
export { customerPageShape, customerShape, deskTask } from './contract.ts';
export { deskTasks } from './desk.ts';
