import { useQuery } from '@tanstack/react-query';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useCurrency } from '../../lib/session.ts';
import { WhyButton } from '../../ui/Figure.tsx';
import { Section } from '../../ui/Page.tsx';
import { scorecardQuery } from './experimentsQueries.ts';

/** Four numbers a month on personalised sending, from the log. Absent until something was sent. */
export function Scorecard() {
  const t = useT();
  const { count, percent, month, decimal, money } = useFormats();
  const currency = useCurrency();
  const { data } = useQuery(scorecardQuery);
  if (!data || data.rows.length === 0) return null;
  const heads = ['month', 'sends', 'personalised', 'reply', 'time', 'value'] as const;
  return (
    <Section title={<>{t('experiments.scorecard')} <WhyButton label={t('experiments.scorecard')} definition={t('experiments.scorecard.why')} /></>}>
      <div className="table-scroll" tabIndex={0}>
        <table className="data compact">
          <thead><tr>{heads.map((head, at) => <th key={head} scope="col" className={at > 0 ? 'number' : undefined}>{t(`experiments.scorecard.${head}`)}</th>)}</tr></thead>
          <tbody>
            {data.rows.map((row) => (
              <tr key={row.month}>
                <td>{month(row.month)}</td><td className="number">{count(row.sends)}</td><td className="number">{percent(row.personalisedShare)}</td><td className="number">{row.replyRate === null ? t('experiments.notLogged') : percent(row.replyRate)}</td>
                <td className="number">{t('experiments.scorecard.hours', { hours: decimal(row.minutesSaved / 60) })}</td><td className="number">{row.valuePerSendMinor === null ? '—' : money(row.valuePerSendMinor, currency)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}
