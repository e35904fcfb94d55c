import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Section } from '../../ui/Page.tsx';
import type { Forecast, Made } from './forecastQueries.ts';
import { useSeries } from './useSeries.ts';

/** The error of the method used beside the naive one, and how it grows with the distance. */
export function Backtest({ told, made }: { told: Forecast; made: Made }) {
  const t = useT();
  const { percent, decimal, count } = useFormats();
  const { write } = useSeries(told);
  const { backtest, naive, notes } = made;
  const lines = [{ role: 'used', ...backtest }, ...(naive.model === backtest.model ? [] : [{ role: 'compared', ...naive }])];
  return (
    <Section title={t('forecasts.backtest')} note={t('forecasts.backtest.note', { origins: backtest.origins })}>
      <div className="table-scroll" tabIndex={0}>
        <table className="data compact">
          <thead><tr><th scope="col">{t('forecasts.method')}</th><th scope="col" className="number">{t('forecasts.mape')}</th><th scope="col" className="number">{t('forecasts.mae')}</th><th scope="col" className="number">{t('forecasts.mase')}</th></tr></thead>
          <tbody>
            {lines.map(({ role, model, mape, mae, mase }) => (
              <tr key={role}>
                <th scope="row">{t(`forecasts.model.${model}`)} <span className="grey small">{t(`forecasts.${role}`)}</span></th>
                <td className="number">{percent(mape)}</td><td className="number">{write(mae)}</td><td className="number">{decimal(mase, 2)}</td>
              </tr>
            ))}
            {backtest.byHorizon.map(({ horizon, mape, mae, origins }) => (
              <tr key={horizon}>
                <td className="grey">{t('forecasts.ahead.at', { step: horizon })} <span className="small">{t('forecasts.origins')} {count(origins)}</span></td>
                <td className="number">{percent(mape)}</td><td className="number">{write(mae)}</td><td />
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {notes.map((note) => <p key={note} className="grey small">{t(note)}</p>)}
    </Section>
  );
}
