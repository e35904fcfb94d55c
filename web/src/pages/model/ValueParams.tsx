import { useFormats } from '../../lib/format.ts';
import { isKnown, useT } from '../../lib/language.tsx';
import type { ValueReport } from '../churn/scoringQueries.ts';
import { useCoded } from '../churn/useReasons.ts';

const DAYS_PER_YEAR = 365;

/** The parameters that score, each with its standard error and what it says; then what they mean together. */
export function ValueParams({ report }: { report: ValueReport }) {
  const t = useT();
  const { decimal } = useFormats();
  const coded = useCoded();
  const meaning = useMeaning(report);
  const fits = [{ law: report.chosen ?? '', fit: report.refit }, { law: 'gamma_gamma', fit: report.spend.fit }];
  const rows = fits.flatMap(({ law, fit }) => (fit?.params ?? []).map((param) => ({ law, ...param })));
  if (rows.length === 0) return <p className="grey">{report.spend.refused ? coded(report.spend.refused) : t('models.params.none')}</p>;
  return (
    <div className="stack">
      {meaning.length > 0 && <ul className="meaning">{meaning.map((line) => <li key={line}>{line}</li>)}</ul>}
      <div className="table-scroll" tabIndex={0}>
        <table className="data compact">
          <thead><tr><th scope="col">{t('models.param')}</th><th scope="col" className="number">{t('models.param.value')}</th><th scope="col" className="number">{t('models.param.error')}</th><th scope="col">{t('models.param.meaning')}</th></tr></thead>
          <tbody>
            {rows.map(({ law, name, value, standardError }) => (
              <tr key={`${law}${name}`}>
                <th scope="row"><span className="grey small">{t(`models.name.${law}`)}</span> {name}</th>
                <td className="number">{decimal(value, 3)}</td>
                <td className="number">{standardError === null ? '—' : `± ${decimal(standardError, 3)}`}</td>
                <td className="wrap grey">{isKnown(`models.param.${law}.${name}`) ? t(`models.param.${law}.${name}`) : ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {report.spend.refused && <p className="grey">{coded(report.spend.refused)}</p>}
    </div>
  );
}

/** What the parameters say together, in days and shares. */
function useMeaning({ chosen, refit, unitDays, spend }: ValueReport): string[] {
  const t = useT();
  const { percent, count, decimal } = useFormats();
  const param = Object.fromEntries((refit?.params ?? []).map(({ name, value }) => [name, value]));
  const { r = 0, alpha = 0, a = 0, b = 0, s = 0, beta = 0 } = param;
  const leaving = 1 - (beta / (beta + DAYS_PER_YEAR / unitDays)) ** s;
  return [
    ...(r > 0 && alpha > 0 ? [t('models.meaning.rhythm', { days: count((alpha / r) * unitDays) })] : []),
    ...(a + b > 0 ? [t('models.meaning.dropout', { share: percent(a / (a + b)) })] : []),
    ...(chosen === 'pareto_nbd' && s > 0 && beta > 0 ? [t('models.meaning.leaving', { share: percent(leaving) })] : []),
    ...(spend.independence ? [t(spend.independence.isIndependent ? 'models.meaning.independent' : 'models.meaning.dependent', { correlation: decimal(spend.independence.correlation, 2) })] : []),
  ];
}
