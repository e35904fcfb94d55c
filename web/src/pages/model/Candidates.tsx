import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import type { ValueReport } from '../churn/scoringQueries.ts';
import { useCoded } from '../churn/useReasons.ts';

/** Every law that was tried on the same hold-out, and the naive rules it had to beat. */
export function Candidates({ report }: { report: ValueReport }) {
  const t = useT();
  const { percent, decimal } = useFormats();
  const coded = useCoded();
  const lines = [
    ...report.candidates.map(({ name, judged, calibrationError, faults, refused }) => ({ name, judged, calibrationError, fault: refused ?? faults[0] ?? null, isUsed: name === report.chosen })),
    ...report.baselines.map(({ name, judged }) => ({ name, judged, calibrationError: null, fault: null, isUsed: false })),
  ];
  return (
    <div className="table-scroll" tabIndex={0}>
      <table className="data compact stacks">
        <thead><tr><th scope="col">{t('models.name')}</th><th scope="col" className="number">{t('models.totalError')}</th><th scope="col" className="number">{t('models.mae')}</th><th scope="col" className="number">RMSE</th><th scope="col" className="number">{t('models.auc')}</th><th scope="col" className="number">{t('models.calibrationError')}</th><th scope="col">{t('models.why')}</th></tr></thead>
        <tbody>
          {lines.map(({ name, judged, calibrationError, fault, isUsed }) => (
            <tr key={name} className={isUsed ? 'chosen' : undefined}>
              <th scope="row" className="phone-head">{t(`models.name.${name}`)}</th>
              <td className="number" data-label={t('models.totalError')}>{percent(judged?.totalError)}</td>
              <td className="number" data-label={t('models.mae')}>{decimal(judged?.mae, 3)}</td>
              <td className="number" data-label="RMSE">{decimal(judged?.rmse, 3)}</td>
              <td className="number" data-label={t('models.auc')}>{decimal(judged?.auc?.auc, 3)}</td>
              <td className="number" data-label={t('models.calibrationError')}>{percent(calibrationError)}</td>
              <td className="wrap">{isUsed ? <span className="strong">{t('models.used')}</span> : fault ? coded(fault) : <span className="grey">{t(judged ? 'models.rival' : 'models.notLongEnough')}</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
