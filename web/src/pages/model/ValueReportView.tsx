import { useState } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useCurrency } from '../../lib/session.ts';
import { CalibrationChart } from '../../ui/CalibrationChart.tsx';
import { Choices } from '../../ui/Choices.tsx';
import { DecileBars } from '../../ui/DecileBars.tsx';
import { KeyFigure } from '../../ui/Figure.tsx';
import { HeatMatrix } from '../../ui/HeatMatrix.tsx';
import { Figures, Section } from '../../ui/Page.tsx';
import { SurvivalChart } from '../../ui/SurvivalChart.tsx';
import { TrackingChart } from '../../ui/TrackingChart.tsx';
import { WhenSeen } from '../../ui/WhenSeen.tsx';
import type { ValueReport } from '../churn/scoringQueries.ts';
import { useCoded } from '../churn/useReasons.ts';
import { Candidates } from './Candidates.tsx';
import { ValueParams } from './ValueParams.tsx';

/** The proof of the value model: what it expected and what came, person by person and in sum, and what it knows. */
export function ValueReportView({ report }: { report: ValueReport }) {
  const t = useT();
  const { count, day } = useFormats();
  const coded = useCoded();
  const { tracking, calibration, deciles, matrix, survival, data, split } = report;
  return (
    <>
      <Errors report={report} />
      {report.warnings.length > 0 && <ul className="grey small model-warnings">{report.warnings.map((one) => <li key={one.code}>{coded(one)}</li>)}</ul>}
      {tracking && tracking.periods.length > 1 && <Section><Tracked report={report} tracking={tracking} /></Section>}
      {(calibration.length > 0 || deciles.length > 0) && (
        <WhenSeen height={420}>
          <Section>
            <div className="chart-pair">
              {calibration.length > 0 && <CalibrationChart finding={t('models.calibration.value')} note={t('models.calibration.note')} bins={calibration} csvName="value-calibration" said={t('models.said')} came={t('models.came.bought')} />}
              {deciles.length > 0 && <DecileBars finding={t('models.decile.value', { share: firstShare(deciles) })} note={t('models.decile.note')} deciles={deciles} csvName="value-deciles" outcome={t('models.bought')} />}
            </div>
          </Section>
        </WhenSeen>
      )}
      {matrix && <WhenSeen height={460}><Section><Matrix matrix={matrix} /></Section></WhenSeen>}
      {survival.length > 1 && <WhenSeen height={320}><Section><Survival survival={survival} /></Section></WhenSeen>}
      <WhenSeen height={360}><Section title={t('models.candidates')} note={t('models.candidates.note')}><Candidates report={report} /></Section></WhenSeen>
      <WhenSeen height={300}><Section title={t('models.params')} note={t('models.params.note')}><ValueParams report={report} /></Section></WhenSeen>
      <Section title={t('models.data')}>
        <p>{t('models.data.value', { from: day(data.from), to: day(data.to), customers: data.customers, repeaters: data.repeaters, purchases: count(data.purchases), business: data.business })}</p>
        {split && <p className="grey">{t('models.data.split', { end: day(split.calibrationEnd), last: day(split.holdoutEnd), days: split.holdoutDays, buyers: split.buyers, customers: split.customers })}</p>}
        {report.horizons && <p className="grey">{t('models.data.horizons', { share: Math.round(report.horizons.share * 100), median: report.horizons.medianDays, low: report.horizons.lowDays, high: report.horizons.highDays })}</p>}
      </Section>
    </>
  );
}

/** Share of all purchases that the first tenth made, in whole percent. */
const firstShare = (deciles: ValueReport['deciles']): number => {
  const all = deciles.reduce((sum, { sum: one }) => sum + one, 0);
  return Math.round(((deciles[0]?.sum ?? 0) / Math.max(all, 1e-9)) * 100);
};

/** The four errors beside those of the plainest rules. */
function Errors({ report }: { report: ValueReport }) {
  const t = useT();
  const { percent, decimal, moneyRound } = useFormats();
  const currency = useCurrency();
  const best = report.candidates.find(({ name }) => name === report.chosen) ?? report.candidates.find(({ judged }) => judged);
  const judged = best?.judged;
  if (!judged) return null;
  const beside = (pick: (measures: NonNullable<(typeof report.baselines)[number]['judged']>) => string): string =>
    report.baselines.flatMap(({ name, judged: other }) => (other ? [`${t(`models.baseline.${name}`)} ${pick(other)}`] : [])).join(' · ') || t('models.baseline.none');
  return (
    <Figures>
      <KeyFigure label={t('models.totalError')} value={percent(judged.totalError)} note={beside(({ totalError }) => percent(totalError))} why={{ definition: t('models.totalError.why') }} />
      <KeyFigure label={t('models.rmse')} value={decimal(judged.rmse, 2)} note={beside(({ rmse }) => decimal(rmse, 2))} why={{ definition: t('models.rmse.why') }} />
      <KeyFigure label={t('models.auc')} value={decimal(judged.auc?.auc, 3)} note={`${t('models.name.recency')} ${decimal(report.recency?.auc, 3)}`} why={{ definition: t('models.auc.why') }} />
      <KeyFigure label={t('models.calibrationError')} value={percent(best.calibrationError)} note={report.coverage ? t('models.coverage', { level: percent(report.coverage.level, 0), share: percent(report.coverage.share, 0) }) : undefined} why={{ definition: t('models.calibrationError.why') }} />
      <KeyFigure label={t('models.spend')} value={moneyRound(report.spend.meanMinor, currency)} note={report.margin === null ? t('models.margin.none') : t('models.margin', { share: percent(report.margin) })} why={{ definition: t('models.spend.why') }} />
    </Figures>
  );
}

function Tracked({ report: { split }, tracking }: { report: ValueReport; tracking: NonNullable<ValueReport['tracking']> }) {
  const t = useT();
  const { percent } = useFormats();
  const error = tracking.finalError;
  const finding = error === null ? t('models.tracking.plain') : t('models.tracking.finding', { days: split?.holdoutDays ?? 0, error: percent(Math.abs(error)), way: error < 0 ? 'less' : 'more' });
  return <TrackingChart finding={finding} note={t('models.tracking.note', { error: percent(tracking.meanError) })} periods={tracking.periods} calibrationPeriods={tracking.calibrationPeriods} />;
}

/** How likely still a customer, and how many purchases to expect, by how often and how long ago they bought. */
function Matrix({ matrix }: { matrix: NonNullable<ValueReport['matrix']> }) {
  const t = useT();
  const { percent, decimal, count } = useFormats();
  const [shown, show] = useState<'alive' | 'expected'>('alive');
  const values = matrix[shown];
  const write = (value: number): string => (shown === 'alive' ? percent(value, 0) : decimal(value, 1));
  const cellOf = (row: number, at: number, people: number) => ({ value: values[row]?.[at] ?? 0, shown: write(values[row]?.[at] ?? 0), people });
  // Who bought once has been silent since: one cell for all columns.
  const cellsOf = (row: number) => (matrix.frequencies[row] === 0
    ? [cellOf(row, 0, (matrix.customers[row] ?? []).reduce((sum, people) => sum + people, 0))]
    : matrix.recencyDays.map((_, at) => cellOf(row, at, matrix.customers[row]?.[at] ?? 0)));
  const lines = matrix.frequencies.map((frequency, row) => ({
    key: String(frequency), label: t('models.matrix.row', { count: frequency + 1 }),
    cells: cellsOf(row),
  }));
  return (
    <>
      <Choices label={t('models.matrix.what')} options={(['alive', 'expected'] as const).map((key) => ({ key, label: t(`models.matrix.${key}`) }))} value={shown} onChoose={(key) => show(key === 'expected' ? 'expected' : 'alive')} />
      <HeatMatrix
        finding={t(`models.matrix.${shown}.finding`)} note={t('models.matrix.note', { days: matrix.ageDays })} csvName={`matrix-${shown}`} corner={t('models.matrix.corner')} columns={matrix.recencyDays.map((days) => count(days))} lines={lines}
        deepest={Math.max(...values.flat(), 1e-9)} dot={(people) => t('models.matrix.people', { people })}
      />
    </>
  );
}

function Survival({ survival }: { survival: ValueReport['survival'] }) {
  const t = useT();
  const { percent } = useFormats();
  const half = survival.find(({ share }) => share <= 0.5);
  const last = survival.at(-1);
  return <SurvivalChart finding={half ? t('models.survival.half', { days: half.days }) : t('models.survival.finding', { days: last?.days ?? 0, share: percent(last?.share ?? null, 0) })} note={t('models.survival.note')} points={survival} />;
}
