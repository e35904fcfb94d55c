import { EFFECT, type EffectPlan } from '../../../../src/engage/core/definition.ts';
import type { Tree } from '../../../../src/kernel/conditions/tree.ts';
import type { Formats } from '../../lib/format.ts';
import { isKnown, type Speak } from '../../lib/language.tsx';
import type { Line } from './changes.ts';
import type { Definition } from './journeyQueries.ts';

export type Node = Definition['nodes'][number];
export type Entry = Definition['entries'][number];
export type Watch = Definition['exits'][number]['on'];

/** How the names are said that a definition only points at, in the reader's language. */
export type Tongue = Pick<Formats, 'list' | 'percent'> & {
  t: Speak; channel: (key: string) => string; segment: (id: string) => string; journey: (id: string) => string; template: (id: string) => string; tree: (tree: Tree) => string; field: (key: string) => string; event: (name: string) => string; promise: (effect: EffectPlan) => string;
};

const EPSILON = 1e-9;
const timeOf = ({ t }: Tongue, { amount, unit }: { amount: number; unit: string }): string => t(`journeys.for.${unit}`, { amount });
const offsetOf = ({ t }: Tongue, offset: number): string => t('journeys.offset', { days: Math.abs(offset), way: offset === 0 ? 'on' : offset < 0 ? 'before' : 'after' });
const eventsOf = ({ list, event }: Tongue, all: readonly { event: string }[]): string => list(all.map((one) => event(one.event)));

export const watchWords = (tongue: Tongue, on: Watch): string => (on.kind === 'event' ? tongue.event(on.event) : tongue.tree(on.tree));

/** Who comes in, as a sentence. */
export function entryWords(tongue: Tongue, one: Entry): string {
  const { t, list } = tongue;
  switch (one.kind) {
    case 'event': return t('journeys.entry.event', { events: eventsOf(tongue, one.events) });
    case 'segment': return t('journeys.entry.segment', { name: tongue.segment(one.segment), when: one.when });
    case 'stage': return t('journeys.entry.stage', { stages: list(one.to.map((stage) => t(`stage.${stage}`))) });
    case 'date': return t('journeys.entry.date', { field: tongue.field(one.field), when: offsetOf(tongue, one.offsetDays), calendar: one.calendar, time: one.time });
    case 'holiday': return t('journeys.entry.holiday', { month: one.month, day: one.day, calendar: one.calendar, when: offsetOf(tongue, one.offsetDays), time: one.time });
    case 'cadence': return t('journeys.entry.cadence', { every: one.every, on: one.on, time: one.time });
    case 'api': return t('journeys.entry.api');
  }
}

/** One step, as a sentence. */
export function nodeWords(tongue: Tongue, one: Node): string {
  const { t, list, percent } = tongue;
  switch (one.kind) {
    case 'wait': return t('journeys.node.wait', { duration: timeOf(tongue, one.for) });
    case 'wait_until': return t('journeys.node.wait_until', { time: one.time, days: one.weekdays.length === 0 ? 'any' : 'some', weekdays: list(one.weekdays.map((day) => t(`journeys.weekday.${day}`))) });
    case 'wait_date': return t('journeys.node.wait_date', { field: tongue.field(one.field), when: offsetOf(tongue, one.offsetDays), time: one.time });
    case 'wait_event': return t('journeys.node.wait_event', { events: eventsOf(tongue, one.events), duration: timeOf(tongue, one.timeout) });
    case 'rate': return t('journeys.node.rate', { most: one.most, per: one.per });
    case 'branch': return t('journeys.node.branch', { ways: list(one.branches.map(({ key, tree }) => `${key}: ${tongue.tree(tree)}`)) });
    case 'split': {
      const whole = Math.max(EPSILON, one.variants.reduce((sum, { weight }) => sum + weight, 0));
      return t('journeys.node.split', { ways: list(one.variants.map(({ key, weight }) => `${key} ${percent(weight / whole, 0)}`)) });
    }
    case 'send': return t('journeys.node.send', { template: tongue.template(one.template.id), channel: tongue.channel(one.channel), purpose: t(`message.purpose.${one.purpose}`) });
    case 'webhook': return t('journeys.node.webhook', { name: one.name });
    case 'task': return t('journeys.node.task', { text: one.text });
    case 'update': return one.change.on === 'tag' ? t('journeys.node.tag', { tag: one.change.tag, give: String(one.change.give) }) : t('journeys.node.field', { field: tongue.field(one.change.field), value: String(one.change.value ?? '—') });
    case 'grant': return t('journeys.node.grant', { what: one.what });
    case 'journey': return t('journeys.node.journey', { action: one.action, name: tongue.journey(one.journey) });
    case 'exit': return t('journeys.node.exit');
  }
}

const reentryWords = ({ t }: Tongue, { reentry, key }: Definition): string => {
  const rule = typeof reentry === 'string' ? t(`journeys.reentry.${reentry}`) : t('journeys.reentry.days', { days: reentry.days });
  return key ? t('journeys.reentry.key', { rule, key }) : rule;
};

/** The whole of a definition as lines, each by its own key, so that two can be compared. */
export function linesOf(tongue: Tongue, of: Definition): Line[] {
  const { t, percent } = tongue;
  const line = (part: string, key: string, text: string, raw: unknown): Line => ({ part, key: `${part}:${key}`, text, raw: JSON.stringify(raw) });
  const steps = new Map(of.nodes.map((one, nth) => [one.id, `${nth + 1}. ${nodeWords(tongue, one)}`]));
  const stepOf = (id: string): string => steps.get(id) ?? id;
  const portOf = (port: string): string => (isKnown(`journeys.port.${port}`) ? t(`journeys.port.${port}`) : port);
  return [
    ...of.entries.map((one) => line('entry', JSON.stringify(one), entryWords(tongue, one), one)),
    ...(of.audience ? [line('audience', '', tongue.tree(of.audience), of.audience)] : []),
    line('reentry', '', reentryWords(tongue, of), [of.reentry, of.key]),
    ...of.nodes.map((one) => line('step', one.id, nodeWords(tongue, one), one)),
    ...of.edges.map(({ from, port, to }) => line('way', `${from} ${port}`, port === 'next' ? t('journeys.next', { from: stepOf(from), to: stepOf(to) }) : t('journeys.way', { from: stepOf(from), port: portOf(port), to: stepOf(to) }), to)),
    ...of.exits.map(({ key, on }) => line('exit', key, watchWords(tongue, on), on)),
    ...(of.goal ? [line('goal', '', t('journeys.goal.of', { what: watchWords(tongue, of.goal.on), ends: String(of.goal.ends) }), of.goal)] : []),
    line('holdOut', '', percent(of.holdOut, 0), of.holdOut),
    line('promise', '', tongue.promise(of.effect ?? EFFECT), of.effect ?? EFFECT),
    ...(of.withoutComplaints ? [line('complaints', '', t('journeys.promise.without'), true)] : []),
    ...(of.zoneField ? [line('zone', '', tongue.field(of.zoneField), of.zoneField)] : []),
  ];
}
