import type { Entry } from '../../../../../../src/engage/core/definition.ts';
import { useFormats } from '../../../../lib/format.ts';
import { isKnown, useT } from '../../../../lib/language.tsx';
import { Anchor } from '../../../../lib/location.tsx';
import { paths } from '../../../../paths.ts';
import { STAGES } from '../../../../ui/tokens.ts';
import { blankEntry, ENTRY_KINDS } from '../core/blank.ts';
import { useBench } from '../context.ts';
import { EventsField } from './EventsField.tsx';
import { Amount, Boxes, DaysAround, Pick, Tick, TimeOfDay } from './fields.tsx';
import { useDayFields } from './WaitForms.tsx';

type Of<Kind extends Entry['kind']> = Extract<Entry, { kind: Kind }>;
type Props<Kind extends Entry['kind']> = { entry: Of<Kind>; disabled: boolean; onEntry: (entry: Entry) => void };

function SegmentEntry({ entry, disabled, onEntry }: Props<'segment'>) {
  const t = useT();
  const { segments } = useBench();
  return (
    <>
      <Pick label={t('canvas.form.segment')} disabled={disabled} value={entry.segment} options={segments.map(({ id, name }) => ({ value: id, label: name }))} onPick={(segment) => onEntry({ ...entry, segment })} hint={<Anchor className="link" to={paths.segment(entry.segment)}>{t('canvas.form.segment.open')}</Anchor>} />
      <Pick label={t('canvas.form.segment.when')} disabled={disabled} value={entry.when} options={['entered', 'left'].map((value) => ({ value, label: t(`canvas.form.segment.${value}`) }))} onPick={(when) => onEntry({ ...entry, when: when as typeof entry.when })} />
      {entry.when === 'entered' && <Tick label={t('canvas.form.backlog')} hint={t('canvas.form.backlog.hint')} disabled={disabled} value={entry.backlog} onTick={(backlog) => onEntry({ ...entry, backlog })} />}
    </>
  );
}

function StageEntry({ entry, disabled, onEntry }: Props<'stage'>) {
  const t = useT();
  const { catalogue } = useBench();
  const stages = (catalogue.stages?.map(({ value }) => value) ?? STAGES).map((value) => ({ value: String(value), label: isKnown(`stage.${value}`) ? t(`stage.${value}`) : String(value) }));
  return (
    <>
      <Boxes label={t('canvas.form.stage.to')} disabled={disabled} options={stages} values={entry.to} onValues={(to) => to.length > 0 && onEntry({ ...entry, to })} />
      <Boxes label={t('canvas.form.stage.from')} hint={t('canvas.form.stage.from.hint')} disabled={disabled} options={stages} values={entry.from} onValues={(from) => onEntry({ ...entry, from })} />
    </>
  );
}

const useCalendars = (): { value: string; label: string }[] => { const t = useT(); return ['solar', 'lunar'].map((value) => ({ value, label: t(`canvas.form.calendar.${value}`) })); };

function DateEntry({ entry, disabled, onEntry }: Props<'date'>) {
  const t = useT();
  const days = useDayFields(), { catalogue } = useBench();
  // A lunar day may be kept as text, MM-DD.
  const texts = entry.calendar === 'lunar' ? catalogue.fields.filter(({ type }) => type === 'text').map(({ key }) => ({ value: key, label: key })) : [];
  return (
    <>
      <Pick label={t('canvas.form.calendar')} disabled={disabled} value={entry.calendar} options={useCalendars()} onPick={(calendar) => onEntry({ ...entry, calendar: calendar as typeof entry.calendar })} />
      <Pick label={t('canvas.form.field.day')} disabled={disabled} value={entry.field} options={[...days, ...texts]} onPick={(field) => onEntry({ ...entry, field })} />
      <DaysAround label={t('canvas.form.side')} disabled={disabled} value={entry.offsetDays} onDays={(offsetDays) => onEntry({ ...entry, offsetDays })} />
      <TimeOfDay label={t('canvas.form.time')} disabled={disabled} value={entry.time} onTime={(time) => onEntry({ ...entry, time })} />
    </>
  );
}

function HolidayEntry({ entry, disabled, onEntry }: Props<'holiday'>) {
  const t = useT();
  return (
    <>
      <Pick label={t('canvas.form.calendar')} disabled={disabled} value={entry.calendar} options={useCalendars()} onPick={(calendar) => onEntry({ ...entry, calendar: calendar as typeof entry.calendar })} />
      <div className="jc-pair">
        <Amount label={t('insight.unit.month')} disabled={disabled} value={entry.month} min={1} max={12} onNumber={(month) => onEntry({ ...entry, month })} />
        <Amount label={t('insight.unit.day')} disabled={disabled} value={entry.day} min={1} max={31} onNumber={(day) => onEntry({ ...entry, day })} />
      </div>
      <DaysAround label={t('canvas.form.side')} disabled={disabled} value={entry.offsetDays} onDays={(offsetDays) => onEntry({ ...entry, offsetDays })} />
      <TimeOfDay label={t('canvas.form.time')} disabled={disabled} value={entry.time} onTime={(time) => onEntry({ ...entry, time })} />
    </>
  );
}

function CadenceEntry({ entry, disabled, onEntry }: Props<'cadence'>) {
  const t = useT();
  const { weekday } = useFormats();
  const set = (every: string): void => onEntry({ ...entry, every: every as typeof entry.every, on: every === 'week' ? Math.min(entry.on, 7) : entry.on });
  return (
    <>
      <Pick label={t('canvas.form.every')} disabled={disabled} value={entry.every} options={['day', 'week', 'month', 'quarter'].map((value) => ({ value, label: t(`canvas.form.every.${value}`) }))} onPick={set} />
      {entry.every === 'week' && <Pick label={t('canvas.form.weekday')} disabled={disabled} value={String(Math.min(entry.on, 7))} options={[1, 2, 3, 4, 5, 6, 7].map((day) => ({ value: String(day), label: weekday(day) }))} onPick={(on) => onEntry({ ...entry, on: Number(on) })} />}
      {(entry.every === 'month' || entry.every === 'quarter') && <Amount label={t('insight.unit.day')} hint={t('canvas.form.day.hint')} disabled={disabled} value={entry.on} min={1} max={31} onNumber={(on) => onEntry({ ...entry, on })} />}
      <TimeOfDay label={t('canvas.form.time')} disabled={disabled} value={entry.time} onTime={(time) => onEntry({ ...entry, time })} />
    </>
  );
}

/** How people come in: of which kind, and what belongs to it. */
export function EntryForm({ entry, disabled, onEntry }: { entry: Entry; disabled: boolean; onEntry: (entry: Entry) => void }) {
  const t = useT();
  const { hints } = useBench();
  const kinds = ENTRY_KINDS.filter((kind) => kind === entry.kind || blankEntry(kind, hints) !== null).map((value) => ({ value, label: t(`canvas.entry.${value}`) }));
  const choose = (kind: string): void => { const next = blankEntry(kind as Entry['kind'], hints); if (next) onEntry(next); };
  return (
    <>
      <Pick label={t('canvas.form.entry')} disabled={disabled} value={entry.kind} options={kinds} onPick={choose} />
      {entry.kind === 'event' && <EventsField label={t('canvas.form.events')} events={entry.events} disabled={disabled} onEvents={(events) => onEntry({ ...entry, events })} />}
      {entry.kind === 'segment' && <SegmentEntry entry={entry} disabled={disabled} onEntry={onEntry} />}
      {entry.kind === 'stage' && <StageEntry entry={entry} disabled={disabled} onEntry={onEntry} />}
      {entry.kind === 'date' && <DateEntry entry={entry} disabled={disabled} onEntry={onEntry} />}
      {entry.kind === 'holiday' && <HolidayEntry entry={entry} disabled={disabled} onEntry={onEntry} />}
      {entry.kind === 'cadence' && <CadenceEntry entry={entry} disabled={disabled} onEntry={onEntry} />}
      {entry.kind === 'api' && <p className="grey small">{t('canvas.form.api')}</p>}
    </>
  );
}
