import type { DayWindow, Span, Window } from '../../../../src/kernel/conditions/tests.ts';
import { useT } from '../../lib/language.tsx';
import { Choice, DayPart, Line, NumberField } from './controls.tsx';

const KINDS = ['ever', 'rolling', 'hours', 'minutes', 'week', 'month', 'quarter', 'year', 'days'] as const;
type Kind = (typeof KINDS)[number];

const kindOf = (window: Window): Kind => (window.kind === 'calendar' || window.kind === 'recent' ? window.unit : window.kind);
const ROLLING_DAYS = 30;
const RECENT = 24;

/** A window of another kind; how many of the unit stays where both count units. */
function windowOf(kind: Kind, before: Window): Window {
  const amount = before.kind === 'rolling' ? before.days : before.kind === 'recent' ? before.amount : undefined;
  switch (kind) {
    case 'ever': return { kind };
    case 'rolling': return { kind, days: amount ?? ROLLING_DAYS };
    case 'hours': case 'minutes': return { kind: 'recent', unit: kind, amount: amount ?? RECENT };
    case 'days': return { kind, from: '', to: '' };
    case 'week': case 'month': case 'quarter': case 'year': return { kind: 'calendar', unit: kind, offset: before.kind === 'calendar' ? before.offset : 0 };
  }
}

type WindowProps<W extends Window> = { window: W; onChange: (window: W) => void; isOfDays: W extends DayWindow ? boolean : false };

/** Which part of somebody's history counts; `isOfDays`: minutes and hours are not offered. */
export function WindowFields<W extends Window>({ window, onChange, isOfDays }: WindowProps<W>) {
  const t = useT();
  const kinds = isOfDays ? KINDS.filter((kind) => kind !== 'hours' && kind !== 'minutes') : KINDS;
  const say = (next: Window) => onChange(next as W);
  return (
    <Line words={t('filter.window')}>
      <Choice label={t('filter.window')} value={kindOf(window)} options={kinds.map((kind) => ({ value: kind, label: t(`filter.window.${kind}`) }))} onChoose={(kind) => say(windowOf(kind as Kind, window))} at="/window" />
      {window.kind === 'rolling' && <><NumberField short label={t('filter.window.amount')} value={window.days} at="/window/days" onChange={(days) => say({ ...window, days })} /><span className="small">{t('kit.filter.days')}</span></>}
      {window.kind === 'recent' && <><NumberField short label={t('filter.window.amount')} value={window.amount} at="/window/amount" onChange={(amount) => say({ ...window, amount })} /><span className="small">{t(`filter.unit.${window.unit}`)}</span></>}
      {window.kind === 'calendar' && <><NumberField short label={t('filter.window.back')} value={-window.offset} at="/window/offset" onChange={(back) => say({ ...window, offset: back === 0 ? 0 : -back })} /><span className="small">{t('filter.window.back')}</span></>}
      {window.kind === 'days' && <><DayPart label={t('filter.window.from')} value={window.from} at="/window/from" onChange={(from) => say({ ...window, from })} /><DayPart label={t('kit.filter.to')} value={window.to} at="/window/to" onChange={(to) => say({ ...window, to })} /></>}
    </Line>
  );
}

const UNITS = ['minutes', 'hours', 'days'] as const;
export const ONE_DAY: Span = { amount: 1, unit: 'days' };

/** How long after. */
export function SpanFields({ span, onChange, at, label }: { span: Span; onChange: (span: Span) => void; at: string; label: string }) {
  const t = useT();
  return (
    <>
      <NumberField short label={label} value={span.amount} at={`${at}/amount`} onChange={(amount) => onChange({ ...span, amount })} />
      <Choice label={t('filter.unit')} value={span.unit} options={UNITS.map((unit) => ({ value: unit, label: t(`filter.unit.${unit}`) }))} onChoose={(unit) => onChange({ ...span, unit: unit as Span['unit'] })} />
    </>
  );
}
