import { Button } from 'antd';
import { type ReactNode, useState } from 'react';
import { type Catalogue, type CatalogueField, OPS_OF } from '../../../src/kernel/conditions/catalogue.ts';
import type { Op, Test } from '../../../src/kernel/conditions/tests.ts';
import type { Condition, EventCondition, FieldCondition, TagCondition } from '../../../src/kernel/conditions/tree.ts';
import { type Language, useSpoken } from '../lib/language.tsx';
import { DayField } from './DayField.tsx';

type FormProps = { start?: Condition; catalogue: Catalogue; tags: readonly string[]; onDone: (condition: Condition | null) => void };

/** What the form holds while it is filled in: one subject, one operator, operands as text. */
type Leaf = FieldCondition | TagCondition | EventCondition;
type Draft = { subject: string; op: Op; first: string; second: string; values: string[]; days: string; negated: boolean };

const MINOR = 100;
const TAG = 'tag:';
const EVENT_OPS = ['at_least', 'at_most', 'is'] as const;
const LIST_OPS: readonly Op[] = ['any_of', 'all_of', 'none_of'];
const NUMBER_OPS: readonly Op[] = ['is', 'is_not', 'greater', 'at_least', 'less', 'at_most'];
const DAY_OPS: readonly Op[] = ['on', 'before', 'after', 'between_days'];
const DAY_COUNT_OPS: readonly Op[] = ['within_last', 'not_within_last', 'within_next', 'older_than', 'anniversary'];
const BARE_OPS: readonly Op[] = ['empty', 'present', 'yes', 'no'];

const labelOf = (language: Language, label: CatalogueField['label'], fallback: string): string => (label === undefined ? fallback : typeof label === 'string' ? label : label[language]);

const isLeaf = (condition: Condition | undefined): condition is Leaf => condition !== undefined && (condition.kind === 'field' || condition.kind === 'tag' || condition.kind === 'event');
const subjectOf = (condition: Leaf): string => (condition.kind === 'field' ? `field:${condition.field}` : condition.kind === 'event' ? `event:${condition.event}` : TAG);
const fieldIn = (catalogue: Catalogue, subject: string): CatalogueField | undefined => (subject.startsWith('field:') ? catalogue.fields.find(({ key }) => key === subject.slice(6)) : undefined);
const opsFor = (catalogue: Catalogue, subject: string): readonly Op[] => {
  if (subject === TAG) return LIST_OPS;
  if (subject.startsWith('event:')) return EVENT_OPS;
  const field = fieldIn(catalogue, subject);
  return field?.encrypted ? ['empty', 'present'] : OPS_OF[field?.type ?? 'text'];
};

function draftOf(condition: Condition | undefined, catalogue: Catalogue): Draft {
  const inner = condition?.kind === 'not' ? condition.of : condition;
  const blank: Draft = { subject: `field:${catalogue.fields[0]?.key ?? 'name'}`, op: 'equals', first: '', second: '', values: [], days: '30', negated: condition?.kind === 'not' };
  if (!isLeaf(inner)) return { ...blank, op: opsFor(catalogue, blank.subject)[0] ?? 'equals' };
  const subject = subjectOf(inner);
  if (inner.kind === 'event') return eventDraft(inner, { ...blank, subject });
  const test: Test = inner.test;
  const scale = fieldIn(catalogue, subject)?.type === 'money' ? MINOR : 1;
  const shown = (value: string | number): string => (typeof value === 'number' ? String(value / scale) : value);
  return {
    ...blank, subject, op: test.op,
    first: 'value' in test ? shown(test.value) : 'day' in test ? test.day : 'from' in test ? shown(test.from) : '',
    second: 'to' in test ? shown(test.to) : '',
    values: 'values' in test ? test.values : [],
    days: 'days' in test ? String(test.days) : blank.days,
  };
}

function eventDraft({ of, window }: EventCondition, blank: Draft): Draft {
  const counted = of.measure === 'count' && 'value' in of.test ? { op: of.test.op, first: String(of.test.value) } : { op: 'at_least' as const, first: '1' };
  return { ...blank, ...counted, days: window.kind === 'rolling' ? String(window.days) : '' };
}

/** The draft as a condition, or null while an operand is missing. */
function conditionOf(draft: Draft, catalogue: Catalogue): Condition | null {
  const wrap = (condition: Condition): Condition => (draft.negated ? { kind: 'not', of: condition } : condition);
  if (draft.subject.startsWith('event:')) {
    const value = Number(draft.first);
    if (draft.first === '' || !Number.isInteger(value) || value < 0) return null;
    const days = Number(draft.days);
    return wrap({
      kind: 'event', event: draft.subject.slice(6), where: [], of: { measure: 'count', test: { op: draft.op as (typeof EVENT_OPS)[number], value } },
      window: draft.days !== '' && Number.isInteger(days) && days > 0 ? { kind: 'rolling', days } : { kind: 'ever' },
    });
  }
  const test = testOf(draft, fieldIn(catalogue, draft.subject));
  if (!test) return null;
  if (draft.subject !== TAG) return wrap({ kind: 'field', field: draft.subject.slice(6), test });
  return 'values' in test && (test.op === 'any_of' || test.op === 'all_of' || test.op === 'none_of') ? wrap({ kind: 'tag', test }) : null;
}

function testOf({ op, first, second, values, days }: Draft, field: CatalogueField | undefined): Test | null {
  const scale = field?.type === 'money' ? MINOR : 1;
  const made: Record<string, unknown> = { op };
  const numberFrom = (text: string): number | null => (text.trim() === '' || !Number.isFinite(Number(text)) ? null : Math.round(Number(text) * scale * 1e6) / 1e6);
  if (BARE_OPS.includes(op)) return made as Test;
  if (op === 'in' || op === 'not_in' || LIST_OPS.includes(op)) return values.length > 0 ? ({ ...made, values } as Test) : null;
  if (DAY_COUNT_OPS.includes(op)) return days !== '' && Number(days) >= 0 ? ({ ...made, days: Math.round(Number(days)) } as Test) : null;
  if (op === 'between_days') return first && second && first <= second ? ({ ...made, from: first, to: second } as Test) : null;
  if (DAY_OPS.includes(op)) return first ? ({ ...made, day: first } as Test) : null;
  if (op === 'between') {
    const [from, to] = [numberFrom(first), numberFrom(second)];
    return from !== null && to !== null && from <= to ? ({ ...made, from, to } as Test) : null;
  }
  if (NUMBER_OPS.includes(op)) {
    const value = numberFrom(first);
    return value === null ? null : ({ ...made, value } as Test);
  }
  return first ? ({ ...made, value: first } as Test) : null;
}

/** The small form behind one part of a filter sentence. */
export function ConditionForm({ start, catalogue, tags, onDone }: FormProps) {
  const { t, language } = useSpoken();
  const [draft, setDraft] = useState(() => draftOf(start, catalogue));
  const change = (part: Partial<Draft>) => setDraft((now) => ({ ...now, ...part }));
  const ready = conditionOf(draft, catalogue);
  const choose = (subject: string) => change({ subject, op: opsFor(catalogue, subject)[0] ?? 'equals', first: subject.startsWith('event:') ? '1' : '', second: '', values: [], days: subject.startsWith('event:') ? '' : '30' });
  return (
    <form className="condition" onSubmit={(event) => { event.preventDefault(); if (ready) onDone(ready); }}>
      <select className="input" aria-label={t('kit.filter.subject')} value={draft.subject} onChange={(event) => choose(event.target.value)}>
        <optgroup label={t('kit.filter.fields')}>
          {catalogue.fields.filter(({ masked }) => !masked).map(({ key, label }) => <option key={key} value={`field:${key}`}>{labelOf(language, label, key)}</option>)}
        </optgroup>
        <optgroup label={t('kit.filter.other')}>
          <option value={TAG}>{t('condition.tag')}</option>
          {catalogue.events?.map(({ event, label }) => <option key={event} value={`event:${event}`}>{labelOf(language, label, event)}</option>)}
        </optgroup>
      </select>
      <select className="input" aria-label={t('kit.filter.operator')} value={draft.op} onChange={(event) => change({ op: event.target.value as Op })}>
        {opsFor(catalogue, draft.subject).map((op) => <option key={op} value={op}>{t(`kit.op.${op}`)}</option>)}
      </select>
      <Operands draft={draft} change={change} field={fieldIn(catalogue, draft.subject)} tags={tags} />
      <label className="row small"><input type="checkbox" checked={draft.negated} onChange={(event) => change({ negated: event.target.checked })} />{t('kit.filter.not')}</label>
      <div className="spread">
        <Button type="primary" htmlType="submit" disabled={!ready}>{t('kit.filter.apply')}</Button>
        {start && <Button type="text" onClick={() => onDone(null)}>{t('kit.filter.remove')}</Button>}
      </div>
    </form>
  );
}

type OperandsProps = { draft: Draft; change: (part: Partial<Draft>) => void; field: CatalogueField | undefined; tags: readonly string[] };

function Operands({ draft, change, field, tags }: OperandsProps): ReactNode {
  const { t, language } = useSpoken();
  const { op, subject, first, second, days, values } = draft;
  const input = (value: string, key: 'first' | 'second' | 'days', type: string, label: string) => (
    <input className="input" type={type} aria-label={label} step="any" value={value} onChange={(event) => change({ [key]: event.target.value })} />
  );
  // biome-ignore lint/a11y/noLabelWithoutControl: input() is the field in the label
  const daysInput = (label: string) => <label className="row small nowrap">{label}{input(days, 'days', 'number', label)}{t('kit.filter.days')}</label>;
  if (BARE_OPS.includes(op)) return null;
  if (subject.startsWith('event:')) return <>{input(first, 'first', 'number', t('kit.filter.times'))}{daysInput(t('kit.filter.within'))}</>;
  if (op === 'in' || op === 'not_in' || LIST_OPS.includes(op)) {
    const options = subject === TAG ? tags.map((tag) => ({ value: tag, label: tag })) : (field?.options ?? []).map(({ value, label }) => ({ value, label: labelOf(language, label, value) }));
    return <Options options={options} values={values} onChange={(next) => change({ values: next })} />;
  }
  if (DAY_COUNT_OPS.includes(op)) return daysInput(t('kit.filter.count'));
  if (DAY_OPS.includes(op)) {
    return (
      <div className="row">
        <DayField aria-label={t('kit.filter.value')} clearable value={first} onChange={(day) => change({ first: day })} />
        {op === 'between_days' && <DayField aria-label={t('kit.filter.to')} clearable value={second} min={first || undefined} onChange={(day) => change({ second: day })} />}
      </div>
    );
  }
  const type = NUMBER_OPS.includes(op) || op === 'between' ? 'number' : 'text';
  if (field?.options && type === 'text') {
    return (
      <select className="input" aria-label={t('kit.filter.value')} value={first} onChange={(event) => change({ first: event.target.value })}>
        <option value="">—</option>
        {field.options.map(({ value, label }) => <option key={value} value={value}>{labelOf(language, label, value)}</option>)}
      </select>
    );
  }
  return <div className="row">{input(first, 'first', type, t('kit.filter.value'))}{op === 'between' && input(second, 'second', type, t('kit.filter.to'))}</div>;
}

/** A short list of boxes, or free words separated by commas where there is no list. */
function Options({ options, values, onChange }: { options: readonly { value: string; label: string }[]; values: string[]; onChange: (values: string[]) => void }) {
  const { t } = useSpoken();
  if (options.length === 0) {
    return <input className="input" aria-label={t('kit.filter.values')} placeholder={t('kit.filter.values')} defaultValue={values.join(', ')} onChange={(event) => onChange(event.target.value.split(/[,，、]/).map((one) => one.trim()).filter(Boolean))} />;
  }
  const toggle = (value: string) => onChange(values.includes(value) ? values.filter((one) => one !== value) : [...values, value]);
  return (
    <ul className="chooser" aria-label={t('kit.filter.value')}>
      {options.map(({ value, label }) => <li key={value}><label className="row small"><input type="checkbox" checked={values.includes(value)} onChange={() => toggle(value)} />{label}</label></li>)}
    </ul>
  );
}
