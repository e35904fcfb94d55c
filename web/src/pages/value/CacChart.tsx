import { useCallback, useMemo } from 'react';
import { toMajor } from '../../../../src/kernel/money.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useCurrency } from '../../lib/session.ts';
import { useTheme } from '../../lib/theme.tsx';
import { Chart } from '../../ui/chart/Chart.tsx';
import { palettes, seriesColours } from '../../ui/tokens.ts';
import type { Acquisition } from './moneyQueries.ts';

/** Lines that can be told apart; further channels stand in the table. */
const LINES_SHOWN = 6;
/** Room above the highest line, so that its name can be read. */
const HEADROOM = 1.2;
type Cell = Acquisition['cells'][number];

/** CAC by channel and month, with the figure of the trade as a line that nobody has verified (R45). */
export function CacChart({ data }: { data: Acquisition }) {
  const t = useT();
  const { theme } = useTheme();
  const { money, moneyCompact, month } = useFormats();
  const currency = useCurrency();
  const { channels, months, cells, reference } = data;
  const cellOf = useMemo(() => {
    const known = new Map(cells.map((cell) => [`${cell.month} ${cell.channel}`, cell]));
    return (at: string, channel: string): Cell | undefined => known.get(`${at} ${channel}`);
  }, [cells]);
  const name = useCallback((channel: string): string => channel || t('money.channel.none'), [t]);
  const spending = useMemo(() => channels.filter(({ hasSpend }) => hasSpend).toSorted((a, b) => b.spendMinor - a.spendMinor), [channels]);
  const option = useMemo(() => ({
    grid: { right: 120 },
    xAxis: { type: 'category', data: months.map((one) => month(one.month)) },
    yAxis: { type: 'value', min: 0, max: ({ max }: { max: number }) => Math.max(max, (reference?.minor ?? 0) * HEADROOM), axisLabel: { formatter: (value: number) => moneyCompact(value, currency), color: palettes[theme].grey, fontSize: 12 } },
    tooltip: { valueFormatter: (value: unknown) => (value === null || value === undefined ? '—' : money(Math.round(Number(value)), currency)) },
    series: spending.slice(0, LINES_SHOWN).map(({ channel }, at) => ({
      name: name(channel), type: 'line', showSymbol: false, color: seriesColours[theme][at], endLabel: { show: true, formatter: '{a}', color: palettes[theme].ink, textBorderWidth: 0 }, labelLayout: { moveOverlap: 'shiftY' },
      data: months.map((one) => cellOf(one.month, channel)?.cacMinor ?? null),
      ...(at === 0 && reference ? { markLine: { symbol: 'none', silent: true, lineStyle: { color: palettes[theme].ochre, type: 'dashed' }, label: { position: 'insideStartTop', formatter: t('money.reference.line', { money: money(reference.minor, currency) }), color: palettes[theme].ochre }, data: [{ yAxis: reference.minor }] } } : {}),
    })),
  }), [spending, months, cellOf, theme, reference, currency, t, name, money, moneyCompact, month]);
  const dear = spending.filter(({ cacMinor }) => cacMinor !== null).toSorted((a, b) => (b.cacMinor ?? 0) - (a.cacMinor ?? 0));
  const finding = dear.length > 1 ? t('money.cac.finding', { dear: name(dear[0]?.channel ?? ''), dearest: money(Math.round(dear[0]?.cacMinor ?? 0), currency), cheap: name(dear.at(-1)?.channel ?? ''), cheapest: money(Math.round(dear.at(-1)?.cacMinor ?? 0), currency) }) : t('money.cac.title');
  return (
    <>
      {spending.length > 0 && (
        <Chart
          finding={finding} label={finding} note={t('money.cac.note')} option={option} csvName="cac" height={300}
          table={{ header: [t('money.by.channel'), t('money.month'), t('money.spend'), t('money.new'), t('money.cac')], rows: cells.map((cell) => ({
            cells: [name(cell.channel), cell.month, toMajor(cell.spendMinor, currency), cell.customers, cell.cacMinor === null ? null : toMajor(Math.round(cell.cacMinor), currency)],
            shown: [name(cell.channel), month(cell.month), money(cell.spendMinor, currency), cell.customers, money(cell.cacMinor === null ? null : Math.round(cell.cacMinor), currency)],
          })) }}
        />
      )}
      <CacTable data={data} cellOf={cellOf} name={name} />
    </>
  );
}

type TableProps = { data: Acquisition; cellOf: (month: string, channel: string) => Cell | undefined; name: (channel: string) => string };

/** Channels down, months across: the cost of a new customer, and how many there were. */
function CacTable({ data: { channels, months, all }, cellOf, name }: TableProps) {
  const t = useT();
  const { moneyRound, count, month } = useFormats();
  const currency = useCurrency();
  const shown = (cell: { cacMinor: number | null; customers: number; hasSpend: boolean; spendMinor: number } | undefined) => (cell ? (
    <><span>{cell.cacMinor === null ? '—' : moneyRound(cell.cacMinor, currency)}</span> <span className="grey small">{cell.customers === 0 ? t('money.cac.nobody', { money: moneyRound(cell.spendMinor, currency) }) : t('money.people', { count: cell.customers })}</span></>
  ) : '');
  return (
    <div className="table-scroll" tabIndex={0}>
      <table className="data compact">
        <caption className="unseen">{t('money.cac.title')}</caption>
        <thead><tr><th scope="col">{t('money.by.channel')}</th>{months.map((one) => <th key={one.month} scope="col" className="number">{month(one.month)}</th>)}<th scope="col" className="number">{t('money.total')}</th></tr></thead>
        <tbody>{channels.map((row) => <tr key={row.channel}><th scope="row">{name(row.channel)}</th>{months.map((one) => <td key={one.month} className="number">{shown(cellOf(one.month, row.channel))}</td>)}<td className="number">{shown(row)}</td></tr>)}</tbody>
        <tfoot><tr><td>{t('money.total')}</td>{months.map((one) => <td key={one.month} className="number">{shown(one)}</td>)}<td className="number"><span>{moneyRound(all.cacMinor, currency)}</span> <span className="grey small">{count(all.customers)}</span></td></tr></tfoot>
      </table>
    </div>
  );
}
