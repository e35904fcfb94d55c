import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { IntervalBar } from '../../ui/IntervalBar.tsx';
import type { ChurnReport } from '../churn/scoringQueries.ts';
import { useCoded } from '../churn/useReasons.ts';

/** AUC begins at one half: drawn from there. */
const HALF = 0.5;

/** The three ways to say who leaves, judged on the same people: ranking, sharpness, honesty. */
export function Contenders({ report: { contenders, used } }: { report: ChurnReport }) {
  const t = useT();
  const { decimal, percent } = useFormats();
  const coded = useCoded();
  return (
    <div className="table-scroll" tabIndex={0}>
      <table className="data compact stacks">
        <thead><tr><th scope="col">{t('models.name')}</th><th scope="col" className="number">{t('models.auc')}</th><th scope="col" aria-label={t('models.interval')} /><th scope="col" className="number">{t('models.logLoss')}</th><th scope="col" className="number">Brier</th><th scope="col" className="number">{t('models.calibrationError')}</th><th scope="col" className="number">{t('models.slope')}</th><th scope="col">{t('models.why')}</th></tr></thead>
        <tbody>
          {contenders.map(({ name, auc, logLoss, brier, calibrationError, line, refused }) => (
            <tr key={name} className={name === used ? 'chosen' : undefined}>
              <th scope="row" className="phone-head">{t(`models.contender.${name}`)}</th>
              <td className="number" data-label={t('models.auc')}>{decimal(auc?.auc, 3)}</td>
              <td className="contender-interval">{auc && <IntervalBar low={auc.low - HALF} value={auc.auc - HALF} high={auc.high - HALF} max={HALF} label={t('models.auc.told', { auc: decimal(auc.auc, 3), low: decimal(auc.low, 3), high: decimal(auc.high, 3) })} />}</td>
              <td className="number" data-label={t('models.logLoss')}>{decimal(logLoss, 3)}</td>
              <td className="number" data-label="Brier">{decimal(brier, 3)}</td>
              <td className="number" data-label={t('models.calibrationError')}>{percent(calibrationError)}</td>
              <td className="number" data-label={t('models.slope')}>{decimal(line?.slope, 2)}</td>
              <td className="wrap">{name === used ? <span className="strong">{t('models.used')}</span> : <span className="grey">{refused ? coded(refused) : t('models.rival')}</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
