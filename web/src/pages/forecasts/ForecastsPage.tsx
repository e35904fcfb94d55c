import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useT } from '../../lib/language.tsx';
import { useFilters } from '../../lib/location.tsx';
import { paths } from '../../paths.ts';
import { Choices } from '../../ui/Choices.tsx';
import { Notice, WhyButton } from '../../ui/Figure.tsx';
import { Page, Section } from '../../ui/Page.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { STAGES } from '../../ui/tokens.ts';
import { Backtest } from './Backtest.tsx';
import { FanChart } from './FanChart.tsx';
import { type Forecast, forecastQuery } from './forecastQueries.ts';
import { useSeries } from './useSeries.ts';

const FLOWS = ['net', 'new_first', 'repeat', 'lost'] as const;
const HORIZONS = [1, 2, 3, 4, 5, 6];
const FIRST_STAGE = 'stage.active';

/** A monthly series ahead: fan chart, its error on past months, and why there is none where history is short. */
export default function ForecastsPage() {
  const t = useT();
  const [filters, change] = useFilters();
  const series = filters['series'] ?? 'net';
  const horizon = filters['horizon'] ?? '3';
  const forecast = useQuery(forecastQuery({ series, horizon, shop: filters['shop'] }));
  const isStage = series.startsWith('stage.');
  return (
    <Page title={t('nav.insight.forecasts')} lead={t('forecasts.lead')}>
      <div className="row filters-line">
        <Choices label={t('forecasts.what')} options={[...FLOWS, 'stage'].map((key) => ({ key, label: t(`forecasts.series.${key}`) }))} value={isStage ? 'stage' : series} onChoose={(key) => change({ series: key === 'stage' ? FIRST_STAGE : key })} />
        {isStage && <Select aria-label={t('forecasts.stage')} value={series} popupMatchSelectWidth={false} onChange={(key: string) => change({ series: key })} options={STAGES.map((stage) => ({ value: `stage.${stage}`, label: t(`stage.${stage}`) }))} />}
        <Select aria-label={t('forecasts.horizon')} value={horizon} popupMatchSelectWidth={false} onChange={(months: string) => change({ horizon: months })} options={HORIZONS.map((count) => ({ value: String(count), label: t('forecasts.months', { count }) }))} />
      </div>
      <Loaded query={forecast} skeleton={<Skeleton height={360} />}>{(told) => <Told told={told} />}</Loaded>
    </Page>
  );
}

function Told({ told }: { told: Forecast }) {
  const t = useT();
  const { name } = useSeries(told);
  const sentence = told.series.startsWith('stage.') ? t('forecasts.stage.sentence') : told.series === 'repeat' || told.series === 'lost' ? t(`forecasts.${told.series}.sentence`) : told.metric?.sentence;
  return (
    <>
      {told.refused && <Notice tone="warn">{told.refused.sentence}</Notice>}
      {told.history.length > 0 && <Section><FanChart told={told} /></Section>}
      {told.forecast && <Backtest told={told} made={told.forecast} />}
      <p className="grey small">{t('forecasts.metric')}<WhyButton label={name} definition={<p>{sentence}</p>} metric={told.metric ? paths.metrics({ id: told.metric.id }) : undefined} /></p>
    </>
  );
}
