import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Bars } from '../../ui/Bars.tsx';
import { CalibrationChart } from '../../ui/CalibrationChart.tsx';
import { DecileBars } from '../../ui/DecileBars.tsx';
import { Section } from '../../ui/Page.tsx';
import { WhenSeen } from '../../ui/WhenSeen.tsx';
import type { ChurnReport } from '../churn/scoringQueries.ts';
import { useCoded, useFeatures } from '../churn/useReasons.ts';
import { CalibrationGroups } from './CalibrationGroups.tsx';
import { CapacityChart } from './CapacityChart.tsx';
import { Contenders } from './Contenders.tsx';
import { RecencyChart } from './RecencyChart.tsx';

/** The proof of the churn model on the newest past day whose outcome is known: against silence alone, at the capacity there is. */
export function ChurnReportView({ report }: { report: ChurnReport }) {
  const t = useT();
  const { day, percent } = useFormats();
  const coded = useCoded();
  const used = report.contenders.find(({ name }) => name === report.used);
  const { data, heldOut, leaks } = report;
  const leftShare = heldOut && heldOut.people > 0 ? heldOut.left / heldOut.people : null;
  return (
    <>
      <Section title={t('models.contenders')} note={heldOut ? t('models.contenders.note', { day: day(heldOut.day), people: heldOut.people, left: heldOut.left, days: heldOut.longestHorizonDays }) : undefined}><Contenders report={report} /></Section>
      {report.warnings.length > 0 && <ul className="grey small model-warnings">{report.warnings.map((one) => <li key={one.code}>{coded(one)}</li>)}</ul>}
      {used && used.capacity.length > 0 && <Section><CapacityChart contenders={report.contenders} used={report.used} leftShare={leftShare} /></Section>}
      {used && (used.calibration.length > 0 || used.deciles.length > 0) && (
        <WhenSeen height={420}>
          <Section>
            <div className="chart-pair">
              {used.calibration.length > 0 && <CalibrationChart finding={t('models.calibration.churn', { error: percent(used.calibrationError) })} note={t('models.calibration.note')} bins={used.calibration} csvName="churn-calibration" said={t('models.said')} came={t('models.came.left')} />}
              {used.deciles.length > 0 && <DecileBars finding={t('models.decile.churn')} note={t('models.decile.note')} deciles={used.deciles} csvName="churn-deciles" outcome={t('models.left')} />}
            </div>
          </Section>
        </WhenSeen>
      )}
      {report.groups.length > 0 && <Section title={t('models.groups')} note={t('models.groups.note')}><CalibrationGroups groups={report.groups} /></Section>}
      {report.recency.length > 1 && <WhenSeen height={340}><Section><RecencyChart steps={report.recency} /></Section></WhenSeen>}
      {report.trained && <WhenSeen height={360}><Trained trained={report.trained} leaks={leaks} /></WhenSeen>}
      <Section title={t('models.data')}>
        <p>{t('models.data.churn', { from: day(data.from), to: day(data.to), labels: data.labels, left: data.left, cutoffs: data.cutoffs.length, needed: data.needed })}</p>
        <p className="grey">{t('models.data.leaks', { leaks })}</p>
      </Section>
    </>
  );
}

/** What the trained model looks at, by how much each feature moves a customer's odds. */
function Trained({ trained, leaks }: { trained: NonNullable<ChurnReport['trained']>; leaks: number }) {
  const t = useT();
  const { decimal } = useFormats();
  const features = useFeatures();
  return (
    <Section title={t('models.features', { kind: t(`models.name.${trained.kind}`) })} note={t('models.features.note', { rows: trained.rows, leaks, traits: trained.traits.length })}>
      <div className="influences"><Bars bars={trained.features.map(({ name, influence }) => ({ key: name, label: features.name(name), value: influence, shown: `× ${decimal(Math.exp(influence), 2)}` }))} /></div>
    </Section>
  );
}
