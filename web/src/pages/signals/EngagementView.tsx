import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor, useFilters } from '../../lib/location.tsx';
import { useTheme } from '../../lib/theme.tsx';
import { paths } from '../../paths.ts';
import { Chart } from '../../ui/chart/Chart.tsx';
import { KeyFigure } from '../../ui/Figure.tsx';
import { Figures, Section } from '../../ui/Page.tsx';
import { Empty, Loaded, Skeleton } from '../../ui/States.tsx';
import { palettes } from '../../ui/tokens.ts';
import { type Engagement, engagementQuery } from './signalsQueries.ts';
import { ACTS, useActs } from './useActs.ts';

/** Stickiness, session time and products a customer, day by day, and who speaks for us. */
export function EngagementView() {
  const t = useT();
  const [filters] = useFilters();
  const engagement = useQuery(engagementQuery(filters['shop']));
  return (
    <Loaded query={engagement} skeleton={<Skeleton height={420} />}>
      {(told) => (
        <>
          {told.monthlyActive === 0 ? <Empty title={t('engagement.none')}>{t('engagement.none.why')}</Empty> : <><Heads told={told} /><Section><Daily told={told} /></Section></>}
          <Advocates told={told} />
        </>
      )}
    </Loaded>
  );
}

function Heads({ told: { stickiness, minutesPerSession, productsPerCustomer, monthlyActive } }: { told: Engagement }) {
  const t = useT();
  const { percent, decimal, count } = useFormats();
  return (
    <Figures>
      <KeyFigure label={t('engagement.stickiness')} value={percent(stickiness)} why={{ definition: t('engagement.stickiness.why') }} />
      <KeyFigure label={t('engagement.monthly')} value={count(monthlyActive)} />
      <KeyFigure label={t('engagement.session')} value={decimal(minutesPerSession)} why={{ definition: t('engagement.session.why') }} />
      <KeyFigure label={t('engagement.products')} value={decimal(productsPerCustomer)} why={{ definition: t('engagement.products.why') }} />
    </Figures>
  );
}

function Daily({ told: { daily, stickiness, monthlyActive } }: { told: Engagement }) {
  const t = useT();
  const { theme } = useTheme();
  const { count, percent, shortDay } = useFormats();
  const mean = daily.reduce((sum, { people }) => sum + people, 0) / daily.length;
  const option = useMemo(() => ({
    grid: { right: 16 },
    xAxis: { type: 'category', data: daily.map(({ day }) => shortDay(day)) },
    yAxis: { type: 'value', axisLabel: { formatter: (value: number) => count(value), color: palettes[theme].grey, fontSize: 12 } },
    series: [{ type: 'bar', barMaxWidth: 24, itemStyle: { color: palettes[theme].accent }, data: daily.map(({ people }) => people), name: t('engagement.daily') }],
  }), [daily, theme, t, count, shortDay]);
  return (
    <Chart
      finding={t('engagement.finding', { share: percent(stickiness), daily: count(mean), monthly: count(monthlyActive) })} label={t('engagement.daily')} option={option} csvName="daily-active"
      table={{ header: [t('engagement.day'), t('engagement.daily')], rows: daily.map(({ day, people }) => ({ cells: [day, people], shown: [shortDay(day), count(people)] })) }}
    />
  );
}

function Advocates({ told: { advocates } }: { told: Engagement }) {
  const t = useT();
  const { count } = useFormats();
  const say = useActs();
  return (
    <Section title={t('engagement.advocates')} note={t('engagement.advocates.note')}>
      {advocates.length === 0 ? <p className="grey">{t('engagement.advocates.none')}</p> : (
        <div className="table-scroll" tabIndex={0}>
          <table className="data compact">
            <thead><tr><th scope="col">{t('risks.customer')}</th><th scope="col" className="number">{t('engagement.score')}</th><th scope="col">{t('engagement.acts')}</th></tr></thead>
            <tbody>
              {advocates.map(({ customer, score, acts }) => (
                <tr key={customer.id}><td><Anchor to={paths.customer(customer.id)}>{customer.name || t('customers.nameless')}</Anchor></td><td className="number strong">{count(score)}</td><td className="wrap">{ACTS.flatMap((key) => say(acts, key) ?? []).join(' · ')}</td></tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
}
