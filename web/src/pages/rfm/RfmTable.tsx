import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { useCurrency } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { csvOf, download } from '../../ui/csv.ts';
import { Icon } from '../../ui/Icon.tsx';
import type { Rfm } from './RfmPage.tsx';

/** The truth table itself, with the people and the money of each name: share of people above share of money. */
export function RfmTable({ rfm: { table } }: { rfm: Rfm }) {
  const t = useT();
  const { count, percent, moneyRound } = useFormats();
  const currency = useCurrency();
  const nameOf = ({ own, name }: Rfm['table'][number]): string => own ?? t(`rfm.${name}`);
  const header = [t('rfm.name'), 'R', 'F', 'M', t('kit.cohort.size'), t('rfm.share'), t('customers.col.net'), t('rfm.netShare'), t('rfm.reachable')];
  const save = () => download('rfm.csv', csvOf(header, table.map((line) => [nameOf(line), ...[line.recencyHigh, line.frequencyHigh, line.monetaryHigh].map((high) => (high ? '↑' : '↓')), line.customers, line.share, line.netMinor, line.netShare, line.reachable])));
  const arrow = (high: boolean) => <span className={high ? 'rfm-high' : 'grey'}>{high ? '↑' : '↓'}<span className="unseen">{t(high ? 'rfm.high' : 'rfm.low')}</span></span>;
  return (
    <div className="table-frame">
      <button type="button" className="bar-button chooser-button" onClick={save}><Icon name="download" size={16} />CSV</button>
      <div className="table-scroll" tabIndex={0}>
        <table className="data compact stacks rfm-table">
          <caption className="unseen">{t('rfm.table')}</caption>
          <thead><tr>{header.map((title, at) => <th key={title} scope="col" className={at > 3 ? 'number' : undefined}>{title}</th>)}<th scope="col">{t('rfm.both')}</th></tr></thead>
          <tbody>
            {table.map((line) => (
              <tr key={line.name}>
                <th scope="row" className="rfm-name phone-head"><Anchor to={paths.customers({ rfm: line.name })}>{nameOf(line)}</Anchor><span className="small grey">{t(`rfm.means.${line.name}`)}</span></th>
                <td className="phone-hidden">{arrow(line.recencyHigh)}</td><td className="phone-hidden">{arrow(line.frequencyHigh)}</td><td className="phone-hidden">{arrow(line.monetaryHigh)}</td>
                <td className="number" data-label={header[4]}>{count(line.customers)}</td><td className="number" data-label={header[5]}>{percent(line.share)}</td>
                <td className="number" data-label={header[6]}>{moneyRound(line.netMinor, currency)}</td><td className="number" data-label={header[7]}>{percent(line.netShare)}</td><td className="number" data-label={header[8]}>{count(line.reachable)}</td>
                <td className="rfm-both phone-hidden"><i style={{ width: `${line.share * 100}%` }} className="people" /><i style={{ width: `${Math.max(0, line.netShare) * 100}%` }} className="money" /></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="small grey row rfm-keys"><span className="legend"><i className="rfm-key people" />{t('rfm.share')}</span><span className="legend"><i className="rfm-key money" />{t('rfm.netShare')}</span></p>
    </div>
  );
}
