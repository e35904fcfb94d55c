import { useQuery } from '@tanstack/react-query';
import { Button, InputNumber } from 'antd';
import { type FormEvent, useMemo, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor, useGo } from '../../lib/location.tsx';
import { useMay } from '../../lib/session.ts';
import { useTheme } from '../../lib/theme.tsx';
import { useWrite } from '../../lib/useWrite.ts';
import { paths } from '../../paths.ts';
import { Chart } from '../../ui/chart/Chart.tsx';
import { type Column, DataTable } from '../../ui/DataTable.tsx';
import { Field } from '../../ui/Field.tsx';
import { Section } from '../../ui/Page.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { palettes, seriesColours } from '../../ui/tokens.ts';
import type { Scope } from '../lifecycle/lifecycleQueries.ts';
import { type Scores, scoresQuery } from './moneyQueries.ts';
import { NoBuyers } from './NoBuyers.tsx';

const DIMENSIONS = ['behaviour', 'attributes', 'contribution'] as const;
type Weights = Scores['weights'];

/** Every buyer on one scale of 0–100, from what they do, what is known of them, and what they bring (R32). */
export function ScoreView({ scope }: { scope: Scope }) {
  const t = useT();
  const may = useMay();
  const query = useQuery({ ...scoresQuery(scope), enabled: may('customers.read') });
  return (
    <Loaded query={query} skeleton={<Skeleton height={420} />}>
      {(data) => (data.customers === 0 ? <NoBuyers scope={scope} /> : (
        <>
          <Section><Spread data={data} /></Section>
          <Section title={t('money.score.weights')} note={t('money.score.weights.note')}>{may('lifecycle.write') ? <WeightsForm weights={data.weights} /> : <WeightsTold weights={data.weights} />}</Section>
          <Section title={t('money.score.top')}><TopScores data={data} /></Section>
        </>
      ))}
    </Loaded>
  );
}

/** How many score how much, and which dimension carries whom. */
function Spread({ data: { bins, customers, weights } }: { data: Scores }) {
  const t = useT();
  const { theme } = useTheme();
  const { count, decimal, percent } = useFormats();
  const all = useMemo(() => Array.from({ length: 10 }, (_, at) => bins.find(({ from }) => from === at * 10) ?? { from: at * 10, customers: 0, behaviour: 0, attributes: 0, contribution: 0 }), [bins]);
  const total = DIMENSIONS.reduce((sum, dimension) => sum + weights[dimension], 0);
  const option = useMemo(() => ({
    xAxis: { type: 'category', data: all.map(({ from }) => `${from}–${from + 10}`) },
    yAxis: { type: 'value', axisLabel: { formatter: (value: number) => count(value), color: palettes[theme].grey, fontSize: 12 } },
    tooltip: { valueFormatter: (value: unknown) => count(Math.round(Number(value))) },
    // Each bar is its people, divided as the dimensions divide their points.
    series: DIMENSIONS.map((dimension, at) => ({
      name: t(`money.dimension.${dimension}`), type: 'bar', stack: 'people', barCategoryGap: '12%', itemStyle: { color: seriesColours[theme][at] },
      data: all.map((bin) => {
        const points = DIMENSIONS.reduce((sum, one) => sum + bin[one] * weights[one], 0);
        return points > 0 ? (bin.customers * bin[dimension] * weights[dimension]) / points : 0;
      }),
    })),
  }), [all, weights, theme, t, count]);
  const high = bins.filter(({ from }) => from >= 70).reduce((sum, bin) => sum + bin.customers, 0);
  return (
    <Chart
      finding={t('money.score.finding', { high, share: percent(high / customers) })} label={t('money.score.title')} option={option} csvName="value-scores" height={280}
      note={<span className="row small">{DIMENSIONS.map((dimension, at) => <span key={dimension} className="legend"><i style={{ background: `var(--series-${at + 1})` }} />{t(`money.dimension.${dimension}`)} {percent(weights[dimension] / total, 0)}</span>)}<span>{t('money.score.bars')}</span></span>}
      table={{ header: [t('money.score'), t('money.customers'), ...DIMENSIONS.map((dimension) => t(`money.dimension.${dimension}`))], rows: all.map((bin) => ({ cells: [`${bin.from}-${bin.from + 10}`, bin.customers, ...DIMENSIONS.map((dimension) => Math.round(bin[dimension] * 10) / 10)], shown: [`${bin.from}–${bin.from + 10}`, count(bin.customers), ...DIMENSIONS.map((dimension) => decimal(bin[dimension]))] })) }}
    />
  );
}

function WeightsTold({ weights }: { weights: Weights }) {
  const t = useT();
  return <p>{DIMENSIONS.map((dimension) => `${t(`money.dimension.${dimension}`)} ${weights[dimension]}`).join(' · ')}</p>;
}

function WeightsForm({ weights }: { weights: Weights }) {
  const t = useT();
  const [draft, setDraft] = useState(weights);
  const save = useWrite(['money'], () => api.put('/lifecycle/value-scores/weights', draft), { done: t('money.score.saved') });
  const total = DIMENSIONS.reduce((sum, dimension) => sum + draft[dimension], 0);
  const submit = (event: FormEvent) => { event.preventDefault(); save.mutate(undefined); };
  return (
    <form className="money-calculator" onSubmit={submit}>
      {DIMENSIONS.map((dimension) => <Field key={dimension} label={t(`money.dimension.${dimension}`)} hint={t(`money.dimension.${dimension}.hint`)}>{(ids) => <InputNumber {...ids} min={0} max={100} step={0.1} value={draft[dimension]} onChange={(next) => setDraft({ ...draft, [dimension]: next ?? 0 })} />}</Field>)}
      <div className="row"><Button htmlType="submit" type="primary" disabled={total <= 0} loading={save.isPending}>{t('money.score.save')}</Button></div>
    </form>
  );
}

function TopScores({ data: { top } }: { data: Scores }) {
  const t = useT();
  const go = useGo();
  const { decimal } = useFormats();
  type Row = Scores['top'][number];
  const columns: Column<Row>[] = [
    { key: 'name', title: t('customers.col.name'), phone: 'head', cell: ({ customerId, name }) => <Anchor to={paths.customer(customerId)} tabIndex={-1}>{name || t('customers.nameless')}</Anchor> },
    { key: 'score', title: t('money.score'), numeric: true, phone: 'aside', cell: ({ score }) => decimal(score) },
    ...DIMENSIONS.map((dimension): Column<Row> => ({ key: dimension, title: t(`money.dimension.${dimension}`), numeric: true, cell: (row) => decimal(row[dimension]) })),
  ];
  return <DataTable name="top-scores" caption={t('money.score.top')} columns={columns} rows={top} rowKey={({ customerId }) => customerId} onOpen={({ customerId }) => go(paths.customer(customerId))} />;
}
