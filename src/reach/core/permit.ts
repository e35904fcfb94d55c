import { delayOf } from './delays.ts';
import { inControl } from './control.ts';
import type { ChannelName, Purpose } from './message.ts';
import type { Candidate, Opening, Person, Sent, Suppression, Way } from './person.ts';
import type { Block, Delay, Reason, ReasonFacts } from './reasons.ts';
import type { DayRange, Rules } from './rules.ts';

/** `personalised` false: the text may not use their traits. `opening`: the leave this message uses up. */
export type Decision =
  | { id: string; act: 'send'; channel: ChannelName; account: string; personalised: boolean; opening: string | null }
  | { id: string; act: 'defer'; channel: ChannelName | null; untilMs: number; reason: Reason; facts: ReasonFacts }
  | { id: string; act: 'refuse'; channel: ChannelName | null; reason: Reason; facts: ReasonFacts };

export type Scene = { rules: Rules; holidays: readonly DayRange[]; nowMs: number };

const no = (reason: Reason, facts: ReasonFacts = {}): Block => ({ reason, facts });

/** For which purposes a suppression counts: where nobody is, nobody is written to; whoever left marketing still hears of their order. */
const SUPPRESSES: Readonly<Record<Suppression, readonly Purpose[]>> = {
  bounced: ['marketing', 'service', 'transactional'], erased: ['marketing', 'service', 'transactional'], staff: ['marketing', 'service', 'transactional'],
  complained: ['marketing', 'service'], unsubscribed: ['marketing'],
};

function suppressed(person: Person, candidate: Candidate, way: Way): Block | undefined {
  const found = person.suppressed.find(({ reason, address }) => (address === null || address === way.address) && SUPPRESSES[reason].includes(candidate.purpose));
  return found && no('suppressed', { suppression: found.reason, whole: found.address === null });
}

function unconsented(rules: Rules, person: Person, { purpose }: Candidate, { channel }: Way): Block | undefined {
  const need = rules.consent[purpose][channel];
  if (need === 'none') return undefined;
  const said = person.consents.find((one) => one.channel === channel && one.purpose === purpose)?.state;
  if (said === 'withdrawn') return no('consent_withdrawn', { channel, purpose });
  return need === 'given' && said !== 'given' ? no('consent_missing', { channel, purpose }) : undefined;
}

function unhappy({ unhappy: { on, csatBelow, npsBelow } }: Rules, { csat, nps }: Person): Block | undefined {
  if (!on) return undefined;
  if (csat !== null && csatBelow !== null && csat < csatBelow) return no('unhappy', { score: 'csat', value: csat, below: csatBelow });
  return nps !== null && npsBelow !== null && nps < npsBelow ? no('unhappy', { score: 'nps', value: nps, below: npsBelow }) : undefined;
}

/** What marketing alone may not: reach the control group, those who complain or are unhappy, or go on from a source that harms. */
function unmarketable(rules: Rules, person: Person, candidate: Candidate): Block | undefined {
  if (candidate.purpose !== 'marketing') return undefined;
  if (inControl(person.id, rules.control)) return no('control_group');
  if (rules.complaint.on && person.openComplaint) return no('open_complaint');
  return unhappy(rules, person) ?? (candidate.isSourceWell ? undefined : no('source_unhealthy'));
}

const openAt = (person: Person, nowMs: number): Opening[] => person.openings.filter(({ untilMs }) => untilMs > nowMs);

/** The leave a service account's message takes, or why it has none (D9, D10). Where the kind is not known yet, the provider's rules are asked when it is. */
function openingOf({ nowMs }: Scene, person: Person, { mp, purpose }: Candidate, { channel }: Way): { block?: Block; opening?: Opening } {
  if (channel !== 'mp' || mp === null) return {};
  const open = openAt(person, nowMs);
  if (mp.kind === 'subscribe') {
    if (purpose === 'marketing') return { block: no('marketing_forbidden', { channel }) };
    const opening = open.find(({ kind, left, providerTemplate }) => kind === 'grant' && left > 0 && providerTemplate === mp.providerTemplate);
    return opening ? { opening } : { block: no('grant_missing', { template: mp.providerTemplate }) };
  }
  const windows = open.filter(({ kind }) => kind !== 'grant').sort((a, b) => (a.kind === b.kind ? b.untilMs - a.untilMs : a.kind === 'acted' ? -1 : 1));
  if (windows.length === 0) return { block: no('window_closed') };
  const opening = windows.find(({ left }) => left > 0);
  return opening ? { opening } : { block: no('window_used_up', { quota: windows.at(-1)?.kind === 'wrote' ? 5 : 3 }) };
}

/** What their service tier keeps from them: a call where nobody is to call, marketing by channels that are not theirs (R26). */
function untouchable({ touch }: Person, { purpose }: Candidate, { channel }: Way): Block | undefined {
  if (!touch) return undefined;
  if (channel === 'call') return touch.human ?? undefined;
  return purpose === 'marketing' && touch.channels !== null && !touch.channels.includes(channel) ? no('tier_channel', { tier: touch.tier, channel }) : undefined;
}

/** Why a candidate cannot take a way at all; the first that holds. */
function blockOf(scene: Scene, person: Person, candidate: Candidate, way: Way): Block | undefined {
  if (way.account === null) return no('no_account', { channel: way.channel });
  if (way.address === null) return no('no_address', { channel: way.channel });
  return suppressed(person, candidate, way) ?? unconsented(scene.rules, person, candidate, way)
    ?? (candidate.topic !== null && person.topicsLeft.includes(candidate.topic) ? no('topic_left', { topic: candidate.topic }) : undefined)
    ?? untouchable(person, candidate, way) ?? unmarketable(scene.rules, person, candidate) ?? openingOf(scene, person, candidate, way).block;
}

type Verdict = { way: Way; block?: Block | undefined; delay?: Delay | undefined };
const isFree = ({ block, delay }: Verdict): boolean => !block && !delay;

/** The way that is open now, else the one that opens first, else why the first one never does. */
function bestOf(verdicts: readonly Verdict[]): Verdict | undefined {
  const waiting = verdicts.filter(({ delay }) => delay).sort((a, b) => (a.delay?.untilMs ?? 0) - (b.delay?.untilMs ?? 0));
  // Somebody with no address on the first channel is told of the channel that could have been.
  return verdicts.find(isFree) ?? waiting[0] ?? verdicts.find(({ block }) => block && block.reason !== 'no_account' && block.reason !== 'no_address') ?? verdicts[0];
}

/** What waits in vain is refused: what would be too late, what rules never allow, what its source wants dropped rather than queued. */
function waits({ id, expiresMs, ifBlocked }: Candidate, { channel }: Way, { reason, facts, untilMs }: Delay): Decision {
  if (!Number.isFinite(untilMs)) return { id, act: 'refuse', channel, reason: reason === 'frequency_capped' ? reason : 'never_allowed', facts: { ...facts, rule: reason } };
  const competes = reason === 'frequency_capped' || reason === 'outranked' || reason === 'wecom_limit';
  const dropped = competes && ifBlocked === 'drop', late = expiresMs !== null && untilMs >= expiresMs;
  if (dropped || late) return { id, act: 'refuse', channel, reason, facts: { ...facts, until: new Date(untilMs).toISOString(), ...(dropped ? { dropped } : { late }) } };
  return { id, act: 'defer', channel, untilMs, reason, facts };
}

const refused = ({ id }: Candidate, channel: ChannelName | null, { reason, facts }: Block): Decision => ({ id, act: 'refuse', channel, reason, facts });

/** What is held is looked at again after so long at the latest; its source lets it go before, or it expires. */
const HELD_MS = 30 * 86_400_000;

function decide(scene: Scene, person: Person, candidate: Candidate, sent: readonly Sent[]): Decision {
  const { rules, holidays, nowMs } = scene;
  if (!candidate.isWanted) return refused(candidate, null, no('not_wanted'));
  if (candidate.expiresMs !== null && candidate.expiresMs <= nowMs) return refused(candidate, null, no('expired', { at: new Date(candidate.expiresMs).toISOString() }));
  if (candidate.isWanted === 'held') return { id: candidate.id, act: 'defer', channel: null, untilMs: Math.min(candidate.expiresMs ?? Infinity, nowMs + HELD_MS), reason: 'source_held', facts: {} };
  const best = bestOf(candidate.ways.map((way): Verdict => {
    const block = blockOf(scene, person, candidate, way);
    return block ? { way, block } : { way, delay: delayOf({ rules, holidays, person, sent, candidate, way }, nowMs) };
  }));
  if (!best) return refused(candidate, null, no('no_account', { channel: null }));
  if (best.block) return refused(candidate, best.way.channel, best.block);
  if (best.delay) return waits(candidate, best.way, best.delay);
  const { channel, account } = best.way;
  return { id: candidate.id, act: 'send', channel, account: account ?? '', personalised: !person.traitsRefused, opening: openingOf(scene, person, candidate, best.way).opening?.id ?? null };
}

/** The best first: what its source calls more important, then what was due earlier; the id decides the rest, so that the order given never matters. */
const byRank = (a: Candidate, b: Candidate): number => b.priority - a.priority || a.dueMs - b.dueMs || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

const usedUp = (openings: readonly Opening[], id: string | null): Opening[] => openings.map((one) => (one.id === id ? { ...one, left: one.left - 1 } : one));

/**
 * Decides one person's messages of one moment together: each is sent, deferred to an instant that every rule allows, or refused, with one coded
 * reason and its facts. What is sent now counts for those behind it. Nothing of it depends on the order of `candidates`; the answers come in it.
 */
export function permit(scene: Scene, person: Person, candidates: readonly Candidate[]): Decision[] {
  let { sent, openings } = person;
  const decided = new Map<string, Decision>();
  for (const candidate of [...candidates].sort(byRank)) {
    const decision = decide(scene, { ...person, openings }, candidate, sent);
    decided.set(candidate.id, decision);
    if (decision.act !== 'send') continue;
    sent = [...sent, { atMs: scene.nowMs, channel: decision.channel, purpose: candidate.purpose }];
    openings = usedUp(openings, decision.opening);
  }
  return candidates.map(({ id }) => decided.get(id) as Decision);
}
