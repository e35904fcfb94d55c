import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor, useFilters } from '../../lib/location.tsx';
import { paths } from '../../paths.ts';
import { WhyButton } from '../../ui/Figure.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Page, Section } from '../../ui/Page.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { CareMonth } from './CareMonth.tsx';
import { type Care, careQuery, monthFrom } from './careQueries.ts';
import { DayPanel } from './DayPanel.tsx';
import { DueList } from './DueList.tsx';
import './care.css';

/** Which days hold which care: birthdays by both calendars, festivals, anniversaries, rounds of journeys, tasks due. */
export default function CarePage() {
  const t = useT();
  const [filters, change] = useFilters();
  const care = useQuery(careQuery(filters['month']));
  const { data } = care;
  return (
    <Page title={t('nav.engage.care')} lead={data && <Lead care={data} />} actions={data && <MonthSwitch month={data.month} today={data.today} onMonth={(month) => change({ month, day: null })} />}>
      <Loaded query={care} skeleton={<Skeleton height={480} />}>
        {(known) => (
          <>
            <CareMonth care={known} onDay={(day) => change({ day })} />
            {known.due.length > 0 && <Section title={t('care.due')} note={t('care.due.note')}><DueList due={known.due} /></Section>}
            <DayPanel day={known.days.find(({ day }) => day === filters['day'])} onClose={() => change({ day: null })} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

/** What today holds, and by which rule dates that are not in every year are kept. */
function Lead({ care: { days, today } }: { care: Care }) {
  const t = useT();
  const now = days.find(({ day }) => day === today);
  const people = days.reduce((sum, { birthdays }) => sum + birthdays, 0);
  return (
    <>
      {now ? t('care.lead', { birthdays: now.birthdays, lunar: now.lunarBirthdays, journeys: now.journeys.length, due: now.tasks.due - now.tasks.done }) : t('care.lead.month', { birthdays: people })}
      {' '}<WhyButton label={t('care.rule')} definition={<><p>{t('care.rule.solar')}</p><p>{t('care.rule.lunar')}</p><p>{t('care.rule.people')}</p></>} />
      {' '}<Anchor to={paths.journeys()}>{t('care.begin')}</Anchor>
    </>
  );
}

function MonthSwitch({ month, today, onMonth }: { month: string; today: string; onMonth: (month: string | null) => void }) {
  const t = useT();
  const { month: write } = useFormats();
  return (
    <div className="row care-switch">
      {month !== today.slice(0, 7) && <Button onClick={() => onMonth(null)}>{t('care.today')}</Button>}
      <Button aria-label={t('care.before')} icon={<Icon name="left" size={16} />} onClick={() => onMonth(monthFrom(month, -1))} />
      <span className="strong" aria-live="polite">{write(month)}</span>
      <Button aria-label={t('care.after')} icon={<Icon name="right" size={16} />} onClick={() => onMonth(monthFrom(month, 1))} />
    </div>
  );
}
