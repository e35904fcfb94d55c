import { describe } from '../../../../src/kernel/conditions/describe.ts';
import type { Catalogue } from '../../../../src/kernel/conditions/catalogue.ts';
import type { Tree } from '../../../../src/kernel/conditions/tree.ts';
import { ADVISER, type Definition, type Duration, type Entry, HAPPENED, NEXT, type Node, OTHERWISE, PAST, PLACEHOLDER, TIMEOUT, type Watch } from '../../../../src/engage/core/definition.ts';
import type { Formats } from '../../lib/format.ts';
import type { Language, Speak } from '../../lib/language.tsx';

/** What is needed to say a definition in words; `template` and the like give the name behind an id, undefined where there is none. */
export type Teller = {
  t: Speak; language: Language; formats: Formats; catalogue: Catalogue;
  template(id: string): string | undefined; segment(id: string): string | undefined; journey(id: string): string | undefined;
};
/** So much of an id says which one is meant, where its name is not known. */
const SHORT = 8;
type Events = Extract<Entry, { kind: 'event' }>['events'];

/** A code by its word; where there is none, `otherwise`. A key without a word is said as itself. */
function wordOr(t: Speak, key: string, otherwise: string): string {
  const said = t(key);
  return said === key ? otherwise : said;
}
const labelIn = (language: Language, label: Catalogue['fields'][number]['label'], fallback: string): string => (label === undefined ? fallback : typeof label === 'string' ? label : label[language]);

export function eventName({ t, language, catalogue }: Pick<Teller, 't' | 'language' | 'catalogue'>, event: string): string {
  const seen = catalogue.events?.find((one) => one.event === event)?.label;
  return seen === undefined ? wordOr(t, `event.${event}`, event) : labelIn(language, seen, event);
}
export const fieldName = ({ language, catalogue }: Pick<Teller, 'language' | 'catalogue'>, key: string): string => labelIn(language, catalogue.fields.find((field) => field.key === key)?.label, key);
const stageName = ({ t }: Teller, stage: string): string => wordOr(t, `stage.${stage}`, stage);

export const treeSaid = ({ language, catalogue, t }: Teller, tree: Tree): string => (tree.root.kind === 'and' && tree.root.of.length === 0 ? t('canvas.say.everybody') : describe(tree, language, catalogue));

const propertyName = ({ t }: Teller, property: string): string => (property.startsWith('$') ? wordOr(t, `condition.property.${property.slice(1)}`, property) : property);

/** Events by their names; what is asked of their properties in brackets. */
function eventsSaid(teller: Teller, events: Events): string {
  return events.map(({ event, where }) => {
    const name = eventName(teller, event);
    if (where.length === 0) return name;
    const asked = where.map(({ property, test }) => describe({ version: 1, root: { kind: 'field', field: property, test } }, teller.language, { fields: [{ key: property, type: 'text', label: propertyName(teller, property) }] }));
    return teller.t('canvas.say.where', { event: name, where: asked.join(teller.t('segments.comma')) });
  }).join(teller.t('canvas.say.or'));
}

export const durationSaid = ({ t }: Pick<Teller, 't'>, { amount, unit }: Duration): string => t(`canvas.unit.${unit}`, { amount });
const whenSaid = ({ t }: Teller, offsetDays: number, time: string): string => t(`canvas.when.${offsetDays === 0 ? 'on' : offsetDays < 0 ? 'before' : 'after'}`, { days: Math.abs(offsetDays), time });
const weekdaysSaid = ({ formats }: Teller, weekdays: readonly number[]): string => formats.list([...weekdays].sort((a, b) => a - b).map((day) => formats.weekday(day)));

export const watchSaid = (teller: Teller, on: Watch): string => (on.kind === 'event' ? eventsSaid(teller, [{ event: on.event, where: on.where }]) : treeSaid(teller, on.tree));
const channelSaid = ({ t }: Teller, channel: string): string => (channel === 'best' ? t('decisions.channel.best') : t(`message.channel.${channel}`));
/** Why a journey ended for somebody: a reason of ours by its words, one of the journey's own as it is written. */
export const reasonSaid = ({ t }: Pick<Teller, 't'>, reason: string): string => wordOr(t, `journeys.ended.${reason}`, reason);

function updateSaid(teller: Teller, { change }: Extract<Node, { kind: 'update' }>): string {
  const { t } = teller;
  if (change.on === 'tag') return t(change.give ? 'canvas.say.tag.give' : 'canvas.say.tag.take', { tag: change.tag });
  const field = fieldName(teller, change.field);
  return change.value === null ? t('canvas.say.field.clear', { field }) : t('canvas.say.field.set', { field, value: typeof change.value === 'boolean' ? t(change.value ? 'kit.yes' : 'kit.no') : String(change.value) });
}

function sharesSaid({ formats }: Teller, variants: Extract<Node, { kind: 'split' }>['variants']): string {
  const whole = variants.reduce((sum, { weight }) => sum + weight, 0);
  return variants.map(({ key, weight }) => `${key} ${formats.percent(whole === 0 ? 0 : weight / whole, 0)}`).join(' · ');
}

/** A node in words: what it does, and what else is worth knowing at a glance. */
export function nodeSaid(teller: Teller, node: Node): { does: string; more: string } {
  const { t } = teller;
  const kind = t(`canvas.kind.${node.kind}`);
  switch (node.kind) {
    case 'wait': return { does: t('canvas.say.wait', { time: durationSaid(teller, node.for) }), more: '' };
    case 'wait_until': return { does: node.weekdays.length === 0 ? t('canvas.say.wait_until', { time: node.time }) : t('canvas.say.wait_until.days', { days: weekdaysSaid(teller, node.weekdays), time: node.time }), more: '' };
    case 'wait_date': return { does: t('canvas.say.wait_date', { when: whenSaid(teller, node.offsetDays, node.time), field: fieldName(teller, node.field) }), more: '' };
    case 'wait_event': return { does: t('canvas.say.wait_event', { events: eventsSaid(teller, node.events) }), more: t('canvas.say.wait_event.more', { time: durationSaid(teller, node.timeout) }) };
    case 'rate': return { does: t('canvas.say.rate', node), more: kind };
    case 'branch': return { does: t('canvas.say.branch'), more: t('canvas.say.branch.more', { count: node.branches.length }) };
    case 'split': return { does: t('canvas.say.split'), more: sharesSaid(teller, node.variants) };
    case 'send': {
      const { id } = node.template;
      return { does: id.startsWith(PLACEHOLDER) ? t('canvas.say.send.none') : t('canvas.say.send', { template: teller.template(id) ?? id.slice(0, SHORT) }), more: `${channelSaid(teller, node.channel)} · ${t(`message.purpose.${node.purpose}`)}` };
    }
    case 'webhook': return { does: t('canvas.say.webhook', node), more: kind };
    case 'task': return { does: t('canvas.say.task', node), more: node.dueDays === null ? t('canvas.say.task.open') : t('canvas.say.task.due', { days: node.dueDays }) };
    case 'update': return { does: updateSaid(teller, node), more: '' };
    case 'grant': return { does: t('canvas.say.grant', node), more: '' };
    case 'journey': return { does: t(`canvas.say.journey.${node.action}`, { journey: teller.journey(node.journey) ?? t('canvas.say.journey.gone') }), more: '' };
    case 'exit': return { does: t('canvas.kind.exit'), more: reasonSaid(teller, node.reason) };
  }
}

/** What a card has no room for and a step still does, each with what it is called; what is as it always is goes unsaid. */
function detailsOf(teller: Teller, node: Node): [word: string, value: string][] {
  const { t } = teller;
  const given = (data: object): string => (Object.keys(data).length === 0 ? '' : JSON.stringify(data));
  switch (node.kind) {
    case 'wait_date': return [[t('canvas.form.yearly'), node.yearly ? t('kit.yes') : '']];
    case 'branch': return node.branches.map(({ key, tree }): [string, string] => [key, treeSaid(teller, tree)]);
    case 'send': return [
      [t('models.number'), node.template.version === null ? '' : String(node.template.version)], [t('canvas.form.blocked'), node.ifBlocked === 'queue' ? t('canvas.form.blocked.queue') : ''],
      [t('canvas.form.expires.after'), node.expiresAfter === null ? '' : durationSaid(teller, node.expiresAfter)], [t('canvas.form.priority'), node.priority === 0 ? '' : String(node.priority)], [t('canvas.form.params'), given(node.params)],
    ];
    case 'webhook': return [[t('canvas.form.data'), given(node.data)]];
    case 'task': return [[t('canvas.form.assignee'), node.assignee === ADVISER ? t('canvas.form.assignee.adviser') : node.assignee]];
    case 'grant': return [[t('canvas.form.params'), given(node.params)]];
    default: return [];
  }
}

const detailsSaid = ({ t }: Teller, details: readonly [word: string, value: string][]): string[] =>
  details.filter(([, value]) => value !== '').map(([word, value]) => t('canvas.say.detail', { what: word, value }));

/** All that a node does, for whoever has to say yes to it. */
export function stepSaid(teller: Teller, node: Node): string {
  const { does, more } = nodeSaid(teller, node);
  return [does, ...(node.kind === 'branch' || more === '' ? [] : [more]), ...detailsSaid(teller, detailsOf(teller, node))].join(' · ');
}

/** What stands on a way out: the condition of a branch, a variant with its share, or what happened; of a node that is gone, its plain name. */
export function portSaid(teller: Teller, node: Node | undefined, port: string): string {
  const { t } = teller;
  if (node?.kind === 'branch') {
    const found = node.branches.find(({ key }) => key === port);
    return found ? treeSaid(teller, found.tree) : t('canvas.port.otherwise');
  }
  if (node?.kind === 'split') return sharesSaid(teller, node.variants).split(' · ')[node.variants.findIndex(({ key }) => key === port)] ?? port;
  if (node?.kind === 'wait_date') return t(port === NEXT ? 'canvas.port.date' : 'canvas.port.past');
  return [NEXT, OTHERWISE, TIMEOUT, HAPPENED, PAST].includes(port) ? t(`canvas.port.${port}`) : port;
}

/** How people come in, as a sentence. */
export function entrySaid(teller: Teller, entry: Entry): string {
  const { t } = teller;
  const stages = (all: readonly string[]): string => all.map((one) => stageName(teller, one)).join(t('condition.list'));
  switch (entry.kind) {
    case 'event': return t('canvas.say.entry.event', { events: eventsSaid(teller, entry.events) });
    case 'segment': return t(`canvas.say.entry.segment.${entry.when}`, { segment: teller.segment(entry.segment) ?? '—' });
    case 'stage': return entry.from.length === 0 ? t('canvas.say.entry.stage', { to: stages(entry.to) }) : t('canvas.say.entry.stage.from', { from: stages(entry.from), to: stages(entry.to) });
    case 'date': return t(entry.calendar === 'lunar' ? 'canvas.say.entry.date.lunar' : 'canvas.say.entry.date', { field: fieldName(teller, entry.field), when: whenSaid(teller, entry.offsetDays, entry.time) });
    case 'holiday': return t(`canvas.say.entry.holiday.${entry.calendar}`, { month: entry.month, day: entry.day, when: whenSaid(teller, entry.offsetDays, entry.time) });
    case 'cadence': return t(`canvas.say.entry.cadence.${entry.every}`, { on: entry.on, time: entry.time, weekday: teller.formats.weekday(Math.min(entry.on, 7)) });
    case 'api': return t('canvas.say.entry.api');
  }
}

/** All there is to a way in. */
export const wayInSaid = (teller: Teller, entry: Entry): string => [entrySaid(teller, entry), ...(entry.kind === 'segment' && entry.backlog ? [teller.t('canvas.form.backlog')] : [])].join(' · ');

export function reentrySaid({ t }: Teller, { reentry, key }: Pick<Definition, 'reentry' | 'key'>): string {
  const often = typeof reentry === 'object' ? t('canvas.reentry.after', reentry) : t(`canvas.reentry.${reentry}`);
  return key ? `${often}${t('segments.comma')}${t('canvas.door.key', { key })}` : often;
}
export const holdOutSaid = ({ t, formats }: Teller, holdOut: number): string => (holdOut === 0 ? t('canvas.door.holdOut.none') : t('canvas.door.holdOut.of', { share: formats.percent(holdOut, Number.isInteger(Math.round(holdOut * 1e6) / 1e4) ? 0 : 1) }));
export const goalSaid = (teller: Teller, goal: NonNullable<Definition['goal']>): string => (goal.ends ? teller.t('canvas.door.goal.ends', { goal: watchSaid(teller, goal.on) }) : watchSaid(teller, goal.on));

/** What holds for the whole journey, line by line: whom it is for, how often, who is held out, what ends it, what it is for. */
export function doorSaid(teller: Teller, { audience, reentry, key, holdOut, exits, goal, zoneField, withoutComplaints }: Definition): { what: 'audience' | 'reentry' | 'holdOut' | 'exits' | 'goal' | 'zone'; words: string }[] {
  const { t } = teller;
  return [
    { what: 'audience', words: [audience ? treeSaid(teller, audience) : t('canvas.say.everybody'), ...(withoutComplaints ? [t('canvas.door.complaints')] : [])].join(t('segments.comma')) },
    { what: 'reentry', words: reentrySaid(teller, { reentry, key }) },
    { what: 'holdOut', words: holdOutSaid(teller, holdOut) },
    ...(exits.length > 0 ? [{ what: 'exits' as const, words: exits.map(({ on }) => watchSaid(teller, on)).join(t('condition.list')) }] : []),
    ...(goal ? [{ what: 'goal' as const, words: goalSaid(teller, goal) }] : []),
    ...(zoneField ? [{ what: 'zone' as const, words: fieldName(teller, zoneField) }] : []),
  ];
}
