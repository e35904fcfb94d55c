import { useQuery } from '@tanstack/react-query';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor, useFilters } from '../../lib/location.tsx';
import { useData } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { DayRange } from '../../ui/DayRange.tsx';
import { KeyFigure } from '../../ui/Figure.tsx';
import { Figures, Page, Section } from '../../ui/Page.tsx';
import { Empty, Loaded, Skeleton } from '../../ui/States.tsx';
import { Fits } from './Fits.tsx';
import { type TrialReport, trialReportQuery } from './offersQueries.ts';

const yearBefore = (day: string): string => `${Number(day.slice(0, 4)) - 1}${day.slice(4) === '-02-29' ? '-02-28' : day.slice(4)}`;

/** How trials went, and for owners of which products new ones are made. */
export default function OffersPage() {
  const t = useT();
  const { until } = useData();
  const [filters, change] = useFilters();
  // Trials begin today, too, when the last order is of yesterday: only a day that somebody chose ends them.
  const from = filters['from'] ?? (until ? yearBefore(until) : undefined), to = filters['to'];
  const report = useQuery(trialReportQuery({ from, to }));
  return (
    <Page title={t('nav.lifecycle.offers')} lead={report.data && report.data.trials > 0 && t('offers.lead', report.data)}>
      <Section title={t('offers.trials')} actions={from && until && <DayRange label={t('offers.days')} from={from} to={to ?? until} onChange={(days) => change(days)} />}>
        <Loaded query={report} skeleton={<Skeleton lines={4} />}>{(data) => (data.trials === 0 ? <Empty title={t('offers.none')}>{t('offers.none.how')}</Empty> : <Trials report={data} />)}</Loaded>
        <p className="small"><Anchor className="link" to={paths.journeys()}>{t('offers.remind')}</Anchor></p>
      </Section>
      <Section title={t('offers.fits')} note={t('offers.fits.note')}><Fits /></Section>
    </Page>
  );
}

const COUNTS = ['trials', 'used', 'running', 'ended', 'converted'] as const;

function Trials({ report }: { report: TrialReport }) {
  const t = useT();
  const { count, percent } = useFormats();
  return (
    <>
      <Figures>
        {COUNTS.map((key) => <KeyFigure key={key} label={t(`offers.${key}`)} value={count(report[key])} />)}
        <KeyFigure label={t('offers.share')} value={report.share === null ? '—' : percent(report.share)} why={{ definition: t('offers.share.why') }} />
      </Figures>
      <div className="table-scroll" tabIndex={0}>
        <table className="data compact stacks">
          <caption className="unseen">{t('offers.trials')}</caption>
          <thead><tr><th scope="col">{t('offers.product')}</th>{COUNTS.map((key) => <th key={key} scope="col" className="number">{t(`offers.${key}`)}</th>)}<th scope="col" className="number">{t('offers.share')}</th></tr></thead>
          <tbody>{report.products.map((one) => (
            <tr key={one.product}>
              <td className="phone-head">{one.product || t('offers.product.whole')}</td>
              {COUNTS.map((key) => <td key={key} className="number" data-label={t(`offers.${key}`)}>{count(one[key])}</td>)}
              <td className="number" data-label={t('offers.share')}>{one.share === null ? '—' : percent(one.share)}</td>
            </tr>
          ))}</tbody>
        </table>
      </div>
    </>
  );
}
