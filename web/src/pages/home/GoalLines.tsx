import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useCurrency } from '../../lib/session.ts';
import { writeFigure } from '../../ui/MetricFigure.tsx';
import type { Home } from './homeQueries.ts';

/** Each goal on a line: now, target, the gap in people, the run rate. */
export function GoalLines({ goals }: { goals: Home['goals'] }) {
  const t = useT();
  const formats = useFormats();
  const currency = useCurrency();
  const open = goals.filter(({ closedAt }) => closedAt === null);
  return (
    <div className="table-scroll" tabIndex={0}>
      <table className="data compact">
        <thead><tr><th scope="col">{t('home.goal')}</th><th scope="col" className="number">{t('home.now')}</th><th scope="col" className="number">{t('home.target')}</th><th scope="col" className="number">{t('home.gap')}</th><th scope="col" className="number">{t('home.forecast')}</th></tr></thead>
        <tbody>
          {open.map(({ id, name, metric, current, target, gapPeople, forecast }) => (
            <tr key={id}>
              <td>{name}</td>
              <td className="number">{writeFigure(formats, metric.unit, current.value, currency)}</td>
              <td className="number">{writeFigure(formats, metric.unit, target, currency)}</td>
              <td className="number">{gapPeople > 0 ? t('home.people', { count: gapPeople }) : t('home.reached')}</td>
              <td className="number">{writeFigure(formats, metric.unit, forecast?.value ?? null, currency)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
