import { useState } from 'react';
import type { Catalogue } from '../../../../src/kernel/conditions/catalogue.ts';
import type { Op, PropertyFilter, Test } from '../../../../src/kernel/conditions/tests.ts';
import type { EventCondition, Measured } from '../../../../src/kernel/conditions/tree.ts';
import { useSpoken, useT } from '../../lib/language.tsx';
import { Choice, Line, type Option, TextField } from './controls.tsx';
import { AMOUNT, blankTest, DAY_OPS, NUMBER_OPS, opsOfProperty } from './operands.ts';
import { OTHER, PropertyField } from './PropertyField.tsx';
import { labelOf } from './subjects.ts';
import { TestFields } from './TestFields.tsx';
import { WindowFields } from './WindowFields.tsx';

const WHERE_MAX = 20;

/** Events that have been seen, by what people call them. */
export function useEventOptions({ events = [] }: Catalogue): Option[] {
  const { language } = useSpoken();
  return events.map(({ event, label }) => ({ value: event, label: labelOf(language, label, event) }));
}

export type Pick = { event: string; where: PropertyFilter[] };
type PickProps = { pick: Pick; catalogue: Catalogue; onChange: (pick: Pick) => void; at: string; label: string };

/** An event by name, seen or still to come, and what is asked of its properties. */
export function PickFields({ pick, catalogue, onChange, at, label }: PickProps) {
  const t = useT();
  const options = useEventOptions(catalogue);
  const [isTyped, setTyped] = useState(pick.event === '');
  const choose = (event: string) => {
    setTyped(event === OTHER);
    onChange({ ...pick, event: event === OTHER ? '' : event });
  };
  const where = (next: PropertyFilter[]) => onChange({ ...pick, where: next });
  return (
    <>
      <Line words={label}>
        <Choice label={label} value={isTyped ? OTHER : pick.event} options={[...options, { value: OTHER, label: t('filter.event.other') }]} onChoose={choose} at={isTyped ? '' : `${at}/event`} />
        {isTyped && <TextField label={t('filter.event.name')} value={pick.event} at={`${at}/event`} most={100} onChange={(event) => onChange({ ...pick, event })} />}
        {pick.where.length < WHERE_MAX && <button type="button" className="plain link small" onClick={() => where([...pick.where, { property: '', test: { op: 'equals', value: '' } }])}>＋ {t('filter.where.add')}</button>}
      </Line>
      {pick.where.map((one, nth) => (
        <WhereLine key={`${pick.where.length} ${nth}`} filter={one} at={`${at}/where/${nth}`} onChange={(next) => where(pick.where.map((filter, place) => (place === nth ? next : filter)))} onRemove={() => where(pick.where.filter((_, place) => place !== nth))} />
      ))}
    </>
  );
}

function WhereLine({ filter, at, onChange, onRemove }: { filter: PropertyFilter; at: string; onChange: (filter: PropertyFilter) => void; onRemove: () => void }) {
  const t = useT();
  const name = (property: string) => {
    const isAmount = property === AMOUNT, wasAmount = filter.property === AMOUNT;
    onChange({ property, test: isAmount && !wasAmount ? (blankTest('at_least') as PropertyFilter['test']) : filter.test });
  };
  return (
    <div className="filter-line filter-where">
      <span className="grey small">{t('filter.where')}</span>
      <PropertyField property={filter.property} at={`${at}/property`} onChange={name} />
      <TestFields key={filter.property === AMOUNT ? 'money' : 'any'} test={filter.test} ops={opsOfProperty(filter)} at={`${at}/test`} isMoney={filter.property === AMOUNT} onChange={(test) => onChange({ ...filter, test: test as PropertyFilter['test'] })} />
      <button type="button" className="plain link small" aria-label={t('filter.where.remove')} onClick={onRemove}>×</button>
    </div>
  );
}

const MEASURES = ['done', 'not_done', 'count', 'days', 'sum', 'average', 'min', 'max', 'distinct', 'first', 'last'] as const;
type Asked = (typeof MEASURES)[number];
const AT_LEAST_ONCE: Measured = { measure: 'count', test: { op: 'at_least', value: 1 } };
const NEVER: Measured = { measure: 'count', test: { op: 'is', value: 0 } };

/** "Did" and "did not" are counts compared with one and none. */
const askedOf = ({ measure, test }: Measured): Asked =>
  (measure === 'count' && test.op === 'at_least' && test.value === 1 ? 'done' : measure === 'count' && test.op === 'is' && test.value === 0 ? 'not_done' : measure);

function measuredOf(asked: Asked, before: Measured): Measured {
  if (asked === 'done') return AT_LEAST_ONCE;
  if (asked === 'not_done') return NEVER;
  const isOfDays = (measure: string): boolean => measure === 'first' || measure === 'last';
  const test = isOfDays(asked) === isOfDays(before.measure) ? before.test : blankTest(isOfDays(asked) ? 'within_last' : 'at_least');
  if (asked === 'count' || asked === 'days' || isOfDays(asked)) return { measure: asked, test } as Measured;
  return { measure: asked, property: 'property' in before ? before.property : asked === 'distinct' ? '' : AMOUNT, test } as Measured;
}

type EventProps = { condition: EventCondition; catalogue: Catalogue; onChange: (condition: EventCondition) => void };

/** What somebody did: how often, how much, when, within which time. */
export function EventFields({ condition, catalogue, onChange }: EventProps) {
  const t = useT();
  const { event, where, window, of } = condition;
  const [asked, setAsked] = useState(() => askedOf(of));
  const choose = (next: Asked) => {
    setAsked(next);
    onChange({ ...condition, of: measuredOf(next, of) });
  };
  const say = (test: Test) => onChange({ ...condition, of: { ...of, test } as Measured });
  const isMoney = 'property' in of && of.property === AMOUNT && of.measure !== 'distinct';
  const ops: readonly Op[] = of.measure === 'first' || of.measure === 'last' ? DAY_OPS : NUMBER_OPS;
  return (
    <>
      <PickFields pick={{ event, where }} catalogue={catalogue} onChange={(pick) => onChange({ ...condition, ...pick })} at="" label={t('filter.event')} />
      <Line words={t('filter.measure')}>
        <Choice label={t('filter.measure')} value={asked} options={MEASURES.map((one) => ({ value: one, label: t(`filter.measure.${one}`) }))} onChoose={(one) => choose(one as Asked)} />
        {'property' in of && <PropertyField property={of.property} at="/of/property" onChange={(property) => onChange({ ...condition, of: { ...of, property } })} />}
        {asked !== 'done' && asked !== 'not_done' && <TestFields key={`${of.measure} ${isMoney}`} test={of.test} ops={ops} at="/of/test" isMoney={isMoney} onChange={say} />}
      </Line>
      <WindowFields window={window} isOfDays={false} onChange={(next) => onChange({ ...condition, window: next })} />
    </>
  );
}
