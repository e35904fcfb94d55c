import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Select } from 'antd';
import { type FormEvent, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { Field, useToast } from '../../ui/Field.tsx';
import type { ExperimentList } from '../experiments/experimentsQueries.ts';
import type { Cycle } from './cyclesQueries.ts';

const CHOICES = 50;

/** The steps of a cycle: what was looked at, what is tried, the experiment that tries it, and what was learned. */
export function CycleForm({ cycle, onDone }: { cycle: Cycle; onDone: () => void }) {
  const t = useT();
  const toast = useToast();
  const client = useQueryClient();
  const [data, setData] = useState(cycle.data ?? '');
  const [strategy, setStrategy] = useState(cycle.strategy ?? '');
  const [execution, setExecution] = useState<string | null>(cycle.execution?.id ?? null);
  const [learned, setLearned] = useState(cycle.review?.learned ?? '');
  const [next, setNext] = useState(cycle.review?.next ?? '');
  const experiments = useQuery({ queryKey: ['experiments', 'choices'], queryFn: ({ signal }) => api.get<ExperimentList>('/insight/experiments', { limit: CHOICES }, signal) });
  const body = { ...(data.trim() ? { data: data.trim() } : {}), ...(strategy.trim() ? { strategy: strategy.trim() } : {}), execution, ...(execution && learned.trim() ? { review: { learned: learned.trim(), next: next.trim() } } : {}) };
  const keep = (): Promise<Cycle> => api.patch(`/insight/cycles/${cycle.id}`, body);
  const settle = { onSuccess: () => { void client.invalidateQueries({ queryKey: ['insight', 'cycles', cycle.goalId] }); onDone(); }, onError: toast.failed };
  const save = useMutation({ mutationFn: keep, ...settle });
  const close = useMutation({ mutationFn: async () => { await keep(); return api.post<Cycle>(`/insight/cycles/${cycle.id}/close`); }, ...settle });
  const isClosed = cycle.closedAt !== null;
  const submit = (event: FormEvent) => { event.preventDefault(); save.mutate(); };
  return (
    <form className="form" onSubmit={submit}>
      <Field label={t('cycles.step.data')} hint={t('cycles.data.hint')}>{(ids) => <Input.TextArea {...ids} rows={2} disabled={isClosed} value={data} maxLength={1000} onChange={({ target }) => setData(target.value)} />}</Field>
      <Field label={t('cycles.step.strategy')} hint={cycle.startedFrom ? t('cycles.strategy.from') : t('cycles.strategy.hint')}>{(ids) => <Input.TextArea {...ids} rows={2} disabled={isClosed} value={strategy} maxLength={1000} onChange={({ target }) => setStrategy(target.value)} />}</Field>
      <Field label={t('cycles.step.execution')} hint={t('cycles.execution.hint')}>{(ids) => <Select {...ids} allowClear disabled={isClosed} value={execution} onChange={(id: string | undefined) => setExecution(id ?? null)} options={(experiments.data?.rows ?? []).map(({ id, name }) => ({ value: id, label: name }))} />}</Field>
      <Field label={t('cycles.review.learned')} hint={t('cycles.review.hint')}>{(ids) => <Input.TextArea {...ids} rows={2} disabled={isClosed || execution === null} value={learned} maxLength={1000} onChange={({ target }) => setLearned(target.value)} />}</Field>
      <Field label={t('cycles.review.next')} hint={t('cycles.review.next.hint')}>{(ids) => <Input.TextArea {...ids} rows={2} disabled={isClosed || execution === null} value={next} maxLength={1000} onChange={({ target }) => setNext(target.value)} />}</Field>
      {!isClosed && <div className="row"><Button type="primary" htmlType="submit" loading={save.isPending}>{t('cycles.save')}</Button><Button loading={close.isPending} onClick={() => close.mutate()}>{t('cycles.close')}</Button></div>}
    </form>
  );
}
