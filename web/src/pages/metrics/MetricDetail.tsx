import { Button, Input, InputNumber, Select } from 'antd';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useCurrency, useMay } from '../../lib/session.ts';
import { Chart } from '../../ui/chart/Chart.tsx';
import { Field, useToast } from '../../ui/Field.tsx';
import { writeFigure } from '../../ui/MetricFigure.tsx';
import { Section } from '../../ui/Page.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { type Metric, metricQuery, scopeOf, seriesQuery } from '../insight/insightQueries.ts';
import { useScope } from '../insight/ScopeLine.tsx';

export function MetricDetail({ id }: { id: string }) {
  const t = useT();
  const may = useMay();
  const query = useQuery(metricQuery(id));
  return (
    <Loaded query={query} skeleton={<Skeleton lines={8} />}>
      {(metric) => (
        <>
          <p>{metric.sentence}</p>
          <p className="grey">{metric.formula}</p>
          <History id={id} metric={metric} />
          <Versions metric={metric} />
          {may('insight.write') && (metric.params.days !== undefined || metric.params.rule !== undefined) && <Section title={t('insight.metric.change')}><ChangeForm metric={metric} /></Section>}
        </>
      )}
    </Loaded>
  );
}

/** The figure month by month; where its definition changed, the chart says so. */
function History({ id, metric }: { id: string; metric: Metric }) {
  const t = useT();
  const { ready, scope } = useScope();
  const formats = useFormats();
  const currency = useCurrency();
  const { data } = useQuery({ ...seriesQuery({ metric: { id }, scope: scopeOf(scope), unit: 'month' }), enabled: ready });
  if (!data) return <Skeleton height={220} />;
  const write = (value: number | null) => writeFigure(formats, metric.unit, value, currency);
  const points = data.points.map(({ from, version, parts }) => ({ month: formats.month(from), version, value: parts[0]?.value ?? null }));
  const last = points.at(-1);
  const marks = data.changes.filter(({ version }) => version > 1).map(({ version, from }) => ({ xAxis: formats.month(from), label: { formatter: t('kit.version', { version }) } }));
  return (
    <Chart
      finding={t('insight.metric.finding', { name: metric.name, value: write(last?.value ?? null) })} label={metric.name} csvName={id} height={220}
      table={{ header: [t('insight.month'), metric.name, t('insight.metric.version')], rows: points.map(({ month, value, version }) => ({ cells: [month, value, version], shown: [month, write(value), String(version)] })) }}
      option={{
        xAxis: { type: 'category', data: points.map(({ month }) => month) }, yAxis: { type: 'value', axisLabel: { formatter: (value: number) => write(value) } },
        series: [{ type: 'line', data: points.map(({ value }) => value), connectNulls: false, ...(marks.length > 0 ? { markLine: { symbol: 'none', data: marks } } : {}) }],
      }}
    />
  );
}

function Versions({ metric }: { metric: Metric }) {
  const t = useT();
  const { day } = useFormats();
  return (
    <Section title={t('insight.metric.versions')}>
      <div className="table-scroll" tabIndex={0}>
        <table className="data compact">
          <thead><tr><th scope="col" className="number">{t('insight.metric.version')}</th><th scope="col">{t('insight.metric.since')}</th><th scope="col">{t('insight.metric.sentence')}</th><th scope="col">{t('insight.metric.reason')}</th><th scope="col">{t('insight.metric.author')}</th></tr></thead>
          <tbody>
            {metric.versions.map(({ version, madeOn, sentence, reason, author }) => (
              <tr key={version}><td className="number">{version}</td><td className="nowrap">{madeOn ? day(madeOn) : t('insight.metric.builtin')}</td><td className="wrap">{sentence}</td><td className="wrap">{reason || '—'}</td><td>{author === 'perennial' ? t('settings.audit.kind.system') : author || '—'}</td></tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

function ChangeForm({ metric }: { metric: Metric }) {
  const t = useT();
  const toast = useToast();
  const client = useQueryClient();
  const [days, setDays] = useState(metric.params.days ?? null);
  const [rule, setRule] = useState(metric.params.rule ?? null);
  const [reason, setReason] = useState('');
  const save = useMutation({
    mutationFn: () => api.post(`/insight/metrics/${metric.id}/versions`, { params: { ...(days === null ? {} : { days }), ...(rule === null ? {} : { rule }) }, reason }),
    onSuccess: () => { void client.invalidateQueries({ queryKey: ['insight'] }); toast.done(t('insight.metric.changed')); setReason(''); },
    onError: toast.failed,
  });
  const submit = (event: FormEvent) => { event.preventDefault(); save.mutate(); };
  return (
    <form className="form" onSubmit={submit}>
      {rule !== null && <Field label={t('insight.metric.rule')}>{(ids) => <Select {...ids} value={rule} onChange={setRule} options={(['not_churned', 'bought_within'] as const).map((value) => ({ value, label: t(`insight.metric.rule.${value}`) }))} />}</Field>}
      {days !== null && <Field label={t('insight.metric.days')}>{(ids) => <InputNumber {...ids} min={1} max={3650} value={days} onChange={(value) => setDays(value ?? 1)} />}</Field>}
      <Field label={t('insight.metric.reason')} hint={t('insight.metric.reason.hint')}>{(ids) => <Input {...ids} value={reason} maxLength={500} onChange={({ target }) => setReason(target.value)} />}</Field>
      <div className="row"><Button type="primary" htmlType="submit" loading={save.isPending} disabled={reason.trim() === ''}>{t('insight.metric.make')}</Button></div>
    </form>
  );
}
