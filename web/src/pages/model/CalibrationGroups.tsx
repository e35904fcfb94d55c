import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import type { ChurnReport } from '../churn/scoringQueries.ts';
import { useCoded } from '../churn/useReasons.ts';

/** What was said of each kind of customer beside what came true: a figure that holds on the whole may fail for some. */
export function CalibrationGroups({ groups }: { groups: ChurnReport['groups'] }) {
  const t = useT();
  const { count, decimal, percent } = useFormats();
  const coded = useCoded();
  const header = [t('models.group.outcomes'), t('models.group.said'), t('models.group.left')];
  return (
    <div className="table-scroll" tabIndex={0}>
      <table className="data compact stacks">
        <thead><tr><th scope="col">{t('models.group')}</th><th scope="col">{t('models.name')}</th>{header.map((title) => <th key={title} scope="col" className="number">{title}</th>)}<th scope="col">{t('models.group.verdict')}</th></tr></thead>
        <tbody>
          {groups.map(({ name, used, outcomes, said, left, low, high, why }) => {
            const holds = said !== null && low !== null && high !== null && said >= low && said <= high;
            return (
              <tr key={name}>
                <th scope="row" className="phone-head">{t(`models.group.${name}`)}</th>
                <td data-label={t('models.name')}>{t(`models.contender.${used}`)}</td>
                <td className="number" data-label={header[0]}>{count(outcomes)}</td>
                <td className="number" data-label={header[1]}>{percent(said)}</td>
                <td className="number" data-label={header[2]}>{percent(left)} <span className="grey small">{low !== null && high !== null && t('models.group.interval', { low: percent(low), high: percent(high) })}</span></td>
                <td className="wrap">{outcomes > 0 && <span>{t(holds ? 'models.group.holds' : 'models.group.off', { points: decimal(Math.abs((said ?? 0) - (left ?? 0)) * 100, 1), way: (said ?? 0) > (left ?? 0) ? 'more' : 'less' })} </span>}<span className="grey">{coded(why)}</span></td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
