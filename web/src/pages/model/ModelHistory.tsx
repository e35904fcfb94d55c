import type { ModelKind } from '../churn/scoringCodes.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { paths } from '../../paths.ts';
import type { Told } from '../churn/scoringQueries.ts';
import { useCoded } from '../churn/useReasons.ts';

/** Every version kept, with what was used then and why; an older one can be opened. */
export function ModelHistory({ told: { history, model }, kind }: { told: Told; kind: ModelKind }) {
  const t = useT();
  const { day, moment, percent, decimal } = useFormats();
  const coded = useCoded();
  return (
    <div className="table-scroll" tabIndex={0}>
      <table className="data compact stacks">
        <thead><tr><th scope="col">{t('models.number')}</th><th scope="col">{t('models.used.what')}</th><th scope="col">{t('models.asOf')}</th><th scope="col">{t('models.trigger')}</th><th scope="col" className="number">{t('models.auc')}</th><th scope="col" className="number">{t('models.totalError')}</th><th scope="col">{t('models.finished')}</th><th scope="col">{t('models.why')}</th></tr></thead>
        <tbody>
          {history.map((line) => (
            <tr key={line.number} className={line.number === model?.number ? 'chosen' : undefined}>
              <th scope="row" className="phone-head"><Anchor to={paths.model({ kind, number: line.number })}>{t('models.number.of', { number: line.number })}</Anchor></th>
              <td className="phone-aside">{line.state === 'used' || line.state === 'unusable' ? t(`models.name.${line.name ?? 'recency'}`) : t(`models.state.${line.state}`)}</td>
              <td data-label={t('models.asOf')}>{day(line.asOf)}</td>
              <td data-label={t('models.trigger')}>{t(`models.trigger.${line.trigger}`)}</td>
              <td className="number" data-label={t('models.auc')}>{decimal(line.auc, 3)}</td>
              <td className="number" data-label={t('models.totalError')}>{percent(line.totalError)}</td>
              <td data-label={t('models.finished')}>{moment(line.finishedAt ? String(line.finishedAt) : null)}</td>
              <td className="wrap grey">{coded(line.why)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
