import type { EChartsCoreOption, ECharts } from 'echarts/core';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useSpoken, useT } from '../../lib/language.tsx';
import { useTheme } from '../../lib/theme.tsx';
import { type Cell, csvOf, download } from '../csv.ts';
import { Icon } from '../Icon.tsx';
import { dressed } from './theme.ts';

/** The same figures as a table: `shown` as people read them, `cells` as a spreadsheet wants them. */
export type ChartTable = { header: readonly string[]; rows: readonly { cells: readonly Cell[]; shown?: readonly ReactNode[] }[] };

type FrameProps = { finding: ReactNode; note?: ReactNode; table: ChartTable; csvName: string; children: ReactNode };

/** What every chart stands in: a finding as its title, its figures as a table, and a CSV. */
export function ChartFrame({ finding, note, table, csvName, children }: FrameProps) {
  const t = useT();
  const [asTable, setAsTable] = useState(false);
  const save = () => download(`${csvName}.csv`, csvOf(table.header, table.rows.map(({ cells }) => cells)));
  return (
    <figure className="chart">
      <figcaption className="chart-head">
        <div><h2>{finding}</h2>{note && <p className="grey">{note}</p>}</div>
        <div className="chart-tools">
          <button type="button" className="bar-button" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}><Icon name={asTable ? 'chart' : 'table'} size={16} />{t(asTable ? 'kit.chart.chart' : 'kit.chart.table')}</button>
          <button type="button" className="bar-button" onClick={save} aria-label={t('kit.chart.csv.of', { name: csvName })}><Icon name="download" size={16} />CSV</button>
        </div>
      </figcaption>
      {asTable ? <FiguresTable table={table} /> : children}
    </figure>
  );
}

function FiguresTable({ table }: { table: ChartTable }) {
  return (
    <div className="table-scroll" tabIndex={0}>
      <table className="data compact">
        <thead><tr>{table.header.map((title, at) => <th key={title} scope="col" className={at > 0 ? 'number' : undefined}>{title}</th>)}</tr></thead>
        <tbody>
          {table.rows.map(({ cells, shown }, row) => (
            <tr key={`${String(cells[0])}${row}`}>{cells.map((cell, at) => <td key={table.header[at] ?? at} className={at > 0 ? 'number' : undefined}>{shown?.[at] ?? cell ?? '—'}</td>)}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

type ChartProps = Omit<FrameProps, 'children'> & { option: EChartsCoreOption; height?: number; label: string; onPick?: (at: { series: number; index: number }) => void };

/** A line or bar chart. `label` names it for those who cannot see it; the table beside it says the rest. */
export function Chart({ option, height = 280, label, onPick, ...frame }: ChartProps) {
  return <ChartFrame {...frame}><Canvas option={option} height={height} label={label} {...(onPick ? { onPick } : {})} /></ChartFrame>;
}

function Canvas({ option, height, label, onPick }: Pick<ChartProps, 'option' | 'label' | 'onPick'> & { height: number }) {
  const { theme } = useTheme();
  const { fonts } = useSpoken();
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);
  const pick = useRef(onPick);
  pick.current = onPick;
  const [ready, setReady] = useState(false);
  useEffect(() => {
    let gone = false;
    let watch: ResizeObserver | undefined;
    void import('./engine.ts').then(({ init }) => {
      if (gone || !place.current) return;
      chart.current = init(place.current);
      chart.current.on('click', (event) => pick.current?.({ series: event.seriesIndex ?? 0, index: event.dataIndex }));
      watch = new ResizeObserver(() => chart.current?.resize());
      watch.observe(place.current);
      setReady(true);
    });
    return () => {
      gone = true;
      watch?.disconnect();
      chart.current?.dispose();
      chart.current = null;
    };
  }, []);
  useEffect(() => {
    if (ready) chart.current?.setOption(dressed(theme, fonts, option), { notMerge: true });
  }, [ready, option, theme, fonts]);
  return <div ref={place} className={ready ? 'canvas' : 'canvas waiting'} style={{ height }} role="img" aria-label={label} />;
}
