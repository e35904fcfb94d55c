import { useQuery } from '@tanstack/react-query';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useFilters } from '../../lib/location.tsx';
import { useCurrency } from '../../lib/session.ts';
import { Choices } from '../../ui/Choices.tsx';
import { ChartFrame } from '../../ui/chart/Chart.tsx';
import { Empty, Loaded, Skeleton } from '../../ui/States.tsx';
import { type ExitTable, exitTableQuery } from './scoringQueries.ts';

const BANDS = ['high', 'middle', 'low'] as const;
const HUNDRED = 100;
/** Deepest mix of ochre in which ink can still be read. */
const DEEPEST = 46;

/** Why they left, by what they had brought, for one stage or all: where money goes, a cell is deeper. */
export function ExitReasons() {
  const [{ shop, people }] = useFilters();
  const table = useQuery(exitTableQuery({ shop, people }));
  return <Loaded query={table} skeleton={<Skeleton lines={10} />}>{(data) => <Exits table={data} />}</Loaded>;
}

function Exits({ table }: { table: ExitTable }) {
  const t = useT();
  const { count, percent, moneyRound } = useFormats();
  const currency = useCurrency();
  const [filters, change] = useFilters();
  const stage = filters['left'] ?? '';
  const stages = [...new Set(table.cells.map((cell) => cell.stage))];
  if (table.customers === 0) return <Empty title={t('atRisk.exits.none')}>{t('atRisk.exits.none.why')}</Empty>;
  const cellOf = (reason: string, band: string) => {
    const cells = table.cells.filter((cell) => cell.reason === reason && cell.band === band && (stage === '' || cell.stage === stage));
    return { people: cells.reduce((sum, { customers }) => sum + customers, 0), money: cells.reduce((sum, { valueMinor }) => sum + valueMinor, 0) };
  };
  const lines = table.rows.map((row) => ({ ...row, bands: BANDS.map((band) => cellOf(row.reason, band)) }));
  const most = Math.max(1, ...lines.flatMap(({ bands }) => bands.map(({ money }) => money)));
  const heat = (money: number): string => `color-mix(in srgb, var(--ochre) ${Math.round((Math.max(0, money) / most) * DEEPEST)}%, transparent)`;
  const [known] = table.rows.filter(({ reason }) => reason !== 'unknown').toSorted((a, b) => b.netMinor - a.netMinor);
  const unknown = table.rows.find(({ reason }) => reason === 'unknown');
  const finding = known && known.customers > 0 ? t('atRisk.exits.finding', { reason: t(`exit.${known.reason}`), people: known.customers, money: moneyRound(known.netMinor, currency) }) : t('atRisk.exits.finding.unknown', { people: unknown?.customers ?? 0 });
  const header = [t('atRisk.exits.reason'), t('kit.cohort.size'), t('atRisk.exits.share'), t('customers.col.net'), ...BANDS.map((band) => t(`atRisk.band.${band}`))];
  return (
    <ChartFrame finding={finding} note={unknown && t('atRisk.exits.unknown', { share: percent(unknown.share, 0) })} csvName="exit-reasons" table={{ header, rows: lines.map(({ reason, customers, share, netMinor, bands }) => ({ cells: [t(`exit.${reason}`), customers, share, netMinor / HUNDRED, ...bands.map(({ people }) => people)], shown: [t(`exit.${reason}`), count(customers), percent(share), moneyRound(netMinor, currency), ...bands.map(({ people }) => count(people))] })) }}>
      {stages.length > 1 && <Choices label={t('customers.col.stage')} options={['', ...stages].map((key) => ({ key, label: key ? t(`stage.${key}`) : t('atRisk.stage.all') }))} value={stage} onChoose={(left) => change({ left })} />}
      <div className="table-scroll" tabIndex={0}>
        <table className="data compact exit-table">
          <thead><tr>{header.map((title, at) => <th key={title} scope="col" className={at > 0 ? 'number' : undefined}>{title}</th>)}</tr></thead>
          <tbody>
            {lines.map(({ reason, customers, share, netMinor, sources, bands }) => (
              <tr key={reason} className={reason === 'unknown' ? 'grey' : undefined}>
                <th scope="row">{t(`exit.${reason}`)} <span className="grey small">{Object.entries(sources).map(([source, people]) => t(`exit.source.${source}`, { count: people })).join(' · ')}</span></th>
                <td className="number">{count(customers)}</td>
                <td className="number">{percent(share)}</td>
                <td className="number">{moneyRound(netMinor, currency)}</td>
                {bands.map(({ people, money }, at) => <td key={BANDS[at]} className="number" style={{ background: heat(reason === 'unknown' ? 0 : money) }} title={moneyRound(money, currency)}>{count(people)}</td>)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </ChartFrame>
  );
}
