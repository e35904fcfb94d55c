import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { type Care, type CareDay, isQuiet, weekdayOf } from './careQueries.ts';

const WEEK = [1, 2, 3, 4, 5, 6, 7];
const SHOWN = 3;

/** The month as weeks; on a phone as a list of the days that hold something. */
export function CareMonth({ care: { days, today }, onDay }: { care: Care; onDay: (day: string) => void }) {
  const { weekday } = useFormats();
  const first = days[0];
  return (
    <div className="care-month">
      <div className="care-week" aria-hidden="true">{WEEK.map((day) => <span key={day} className="grey small">{weekday(day, 'short')}</span>)}</div>
      <ol className="care-days">
        {days.map((one) => <Day key={one.day} of={one} today={today} onDay={onDay} {...(one === first ? { column: weekdayOf(one.day) } : {})} />)}
      </ol>
    </div>
  );
}

function Day({ of, today, column, onDay }: { of: CareDay; today: string; column?: number; onDay: (day: string) => void }) {
  const t = useT();
  const { shortDay, weekday } = useFormats();
  const quiet = isQuiet(of), shown = of.journeys.slice(0, SHOWN), more = of.journeys.length - shown.length;
  return (
    <li className={`${of.day === today ? 'today' : of.day < today ? 'past' : ''}${quiet ? ' quiet' : ''}`} style={column ? { gridColumnStart: column } : undefined}>
      <button type="button" className="plain care-day" disabled={quiet} onClick={() => onDay(of.day)}>
        <span className="unseen">{t('care.day', { day: shortDay(of.day) })}</span>
        <span className="care-head"><span className="care-number">{Number(of.day.slice(8))}</span><span className="care-date grey small">{shortDay(of.day)} {weekday(weekdayOf(of.day), 'short')}</span><span className="grey small">{t('care.lunar', { month: of.lunar.month, day: of.lunar.day, leap: String(of.lunar.leap) })}</span></span>
        <span className="care-lines small">
          {of.birthdays > 0 && <span><span className="strong">{t('care.birthdays', { count: of.birthdays })}</span></span>}
          {of.lunarBirthdays > 0 && <span className="grey">{t('care.lunarBirthdays', { count: of.lunarBirthdays })}</span>}
          {of.anniversaries > 0 && <span className="grey">{t('care.anniversaries', { count: of.anniversaries })}</span>}
          {shown.map(({ id, kind, name, state, people }) => <span key={`${id} ${kind}`} className={`care-journey ${state}`}>{t('care.journey', { name, people })}</span>)}
          {more > 0 && <span className="grey">{t('care.more', { count: more })}</span>}
          {of.tasks.due > 0 && <span className={of.day < today && of.tasks.done < of.tasks.due ? 'ochre' : 'grey'}>{t('care.tasks', of.tasks)}</span>}
        </span>
      </button>
    </li>
  );
}
