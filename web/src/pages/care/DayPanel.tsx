import { useQuery } from '@tanstack/react-query';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { sentenceOf } from '../../lib/problem.ts';
import { paths } from '../../paths.ts';
import { Section } from '../../ui/Page.tsx';
import { SidePanel } from '../../ui/SidePanel.tsx';
import { Skeleton } from '../../ui/States.tsx';
import { StateWord } from '../journeys/StateWord.tsx';
import { type CareDay, carePeopleQuery, type Whose } from './careQueries.ts';

/** One day: what runs, and the people it is about. */
export function DayPanel({ day, onClose }: { day: CareDay | undefined; onClose: () => void }) {
  const { day: write } = useFormats();
  return <SidePanel open={day !== undefined} onClose={onClose} title={day ? write(day.day) : ''}>{day && <Held of={day} />}</SidePanel>;
}

function Held({ of }: { of: CareDay }) {
  const t = useT();
  return (
    <>
      <p className="grey">{t('care.lunar', { month: of.lunar.month, day: of.lunar.day, leap: String(of.lunar.leap) })}</p>
      {of.journeys.length > 0 && <Section title={t('care.journeys')}><Journeys of={of.journeys} /></Section>}
      {of.birthdays > 0 && <People day={of.day} of="birthday" title={t('care.birthdays', { count: of.birthdays })} />}
      {of.lunarBirthdays > 0 && <People day={of.day} of="lunar_birthday" title={t('care.lunarBirthdays', { count: of.lunarBirthdays })} />}
      {of.anniversaries > 0 && <People day={of.day} of="anniversary" title={t('care.anniversaries', { count: of.anniversaries })} />}
      {of.tasks.due > 0 && <Section title={t('care.tasks.title')}><p>{t('care.tasks', of.tasks)}</p></Section>}
    </>
  );
}

function Journeys({ of }: { of: CareDay['journeys'] }) {
  const t = useT();
  const { percent } = useFormats();
  return (
    <ul className="care-list">
      {of.map(({ id, name, state, kind, calendar, time, people, heldOut }) => (
        <li key={`${id} ${kind}`}>
          <span className="spread"><Anchor to={paths.journey(id)}>{name}</Anchor><StateWord state={state} /></span>
          <span className="grey small">{t('care.journey.of', { kind: t(`care.kind.${kind}`), calendar: calendar ?? 'none', time, people, share: percent(heldOut, 0), held: String(heldOut > 0) })}</span>
        </li>
      ))}
    </ul>
  );
}

function People({ day, of, title }: { day: string; of: Whose; title: string }) {
  const t = useT();
  const people = useQuery(carePeopleQuery(day, of));
  return (
    <Section title={title}>
      {people.error ? <p className="grey">{sentenceOf(t, people.error)}</p> : !people.data ? <Skeleton lines={2} /> : (
        <ul className="care-people">
          {people.data.rows.map(({ customer, name }) => <li key={customer}><Anchor to={paths.customer(customer)}>{name || t('decisions.nameless')}</Anchor></li>)}
          {people.data.more && <li className="grey">{t('care.people.more')}</li>}
        </ul>
      )}
    </Section>
  );
}
