import { type Definition, EFFECT, type EffectPlan, NEXT } from '../../../../src/engage/core/definition.ts';
import type { Line } from './changes.ts';
import { fieldName, goalSaid, holdOutSaid, nodeSaid, portSaid, reentrySaid, stepSaid, type Teller, treeSaid, watchSaid, wayInSaid } from './said.ts';

/** The whole of a definition as lines, each by its own key, so that two can be compared. */
export function linesOf(teller: Teller, promise: (effect: EffectPlan) => string, of: Definition): Line[] {
  const { t } = teller;
  const line = (part: string, key: string, text: string, raw: unknown): Line => ({ part, key: `${part}:${key}`, text, raw: JSON.stringify(raw) });
  const nodes = new Map(of.nodes.map((one) => [one.id, one])), names = new Map(of.nodes.map((one, nth) => [one.id, `${nth + 1}. ${nodeSaid(teller, one).does}`]));
  const nameOf = (id: string): string => names.get(id) ?? id;
  return [
    // A way in has no key of its own: the second of its kind stays the second of its kind.
    ...of.entries.map((one, nth) => line('entry', `${one.kind} ${of.entries.slice(0, nth).filter(({ kind }) => kind === one.kind).length}`, wayInSaid(teller, one), one)),
    ...(of.audience ? [line('audience', '', treeSaid(teller, of.audience), of.audience)] : []),
    line('reentry', '', reentrySaid(teller, of), [of.reentry, of.key]),
    line('start', '', nameOf(of.start), of.start),
    ...of.nodes.map((one) => line('step', one.id, stepSaid(teller, one), one)),
    ...of.edges.map(({ from, port, to }) => line('way', `${from} ${port}`, port === NEXT ? t('journeys.next', { from: nameOf(from), to: nameOf(to) }) : t('journeys.way', { from: nameOf(from), port: portSaid(teller, nodes.get(from), port), to: nameOf(to) }), to)),
    ...of.exits.map(({ key, on }) => line('exit', key, watchSaid(teller, on), on)),
    ...(of.goal ? [line('goal', '', goalSaid(teller, of.goal), of.goal)] : []),
    line('holdOut', '', holdOutSaid(teller, of.holdOut), of.holdOut),
    line('promise', '', promise(of.effect ?? EFFECT), of.effect ?? EFFECT),
    ...(of.withoutComplaints ? [line('complaints', '', t('journeys.promise.without'), true)] : []),
    ...(of.zoneField ? [line('zone', '', fieldName(teller, of.zoneField), of.zoneField)] : []),
  ];
}
