import { Button, Input, InputNumber, Select } from 'antd';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useData } from '../../lib/session.ts';
import { DayRange } from '../../ui/DayRange.tsx';
import { Field, useToast } from '../../ui/Field.tsx';
import { type Goal, metricsQuery } from '../insight/insightQueries.ts';
import { OwnerField } from '../settings/OwnerField.tsx';
import { segmentsQuery } from '../segments/segmentsQueries.ts';

type Draft = { name: string; metricId: string; from: string; to: string; people: 'all' | 'cohort' | 'segment'; segment: string; cohortFrom: string; cohortTo: string; target: number | null; owner: string };

/** A target is typed as people say it: 80 for 80 %, whole money for money. */
const shownAs = (unit: string, target: number): number => (unit === 'rate' || unit === 'money' ? target * (unit === 'rate' ? 100 : 0.01) : target);
const storedAs = (unit: string, shown: number): number => (unit === 'rate' ? shown / 100 : unit === 'money' ? Math.round(shown * 100) : shown);

const PEOPLE = ['all', 'cohort', 'segment'] as const;
const populationOf = ({ people, segment, cohortFrom: from, cohortTo: to }: Draft) =>
  (people === 'all' ? {} : { population: people === 'segment' ? { kind: 'segment', id: segment } : { kind: 'first_bought', from, to } });

function draftOf(goal: Goal | undefined, until: string): Draft {
  const year = until.slice(0, 4);
  const { population } = goal?.scope ?? { population: { kind: 'everybody' as const } };
  return {
    name: goal?.name ?? '', metricId: goal?.metric.id ?? 'repurchase_period', from: goal?.scope.from ?? `${year}-01-01`, to: goal?.scope.to ?? `${year}-12-31`,
    people: 'all', segment: '', cohortFrom: population.kind === 'first_bought' ? population.from : `${year}-01-01`, cohortTo: population.kind === 'first_bought' ? population.to : `${year}-01-31`,
    target: goal ? shownAs(goal.metric.unit, goal.target) : null, owner: goal?.owner ?? '',
  };
}

export function GoalForm({ goal, onDone }: { goal: Goal | undefined; onDone: () => void }) {
  const t = useT();
  const toast = useToast();
  const client = useQueryClient();
  const { until } = useData();
  const { data } = useQuery(metricsQuery);
  const segments = useQuery(segmentsQuery).data?.rows ?? [];
  const [draft, setDraft] = useState(() => draftOf(goal, until ?? new Date().toISOString()));
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change });
  const unit = data?.rows.find(({ id }) => id === draft.metricId)?.unit ?? 'rate';
  const save = useMutation({
    mutationFn: () => goal
      ? api.patch(`/insight/goals/${goal.id}`, { name: draft.name, target: storedAs(unit, draft.target ?? 0), owner: draft.owner })
      : api.post('/insight/goals', {
        name: draft.name, metricId: draft.metricId, target: storedAs(unit, draft.target ?? 0), owner: draft.owner,
        scope: { from: draft.from, to: draft.to, ...populationOf(draft) },
      }),
    onSuccess: () => { void client.invalidateQueries({ queryKey: ['insight', 'goals'] }); toast.done(t('insight.goals.saved')); onDone(); },
    onError: toast.failed,
  });
  const submit = (event: FormEvent) => { event.preventDefault(); save.mutate(); };
  return (
    <form className="form" onSubmit={submit}>
      <Field label={t('insight.goals.name')}>{(ids) => <Input {...ids} value={draft.name} maxLength={80} onChange={({ target }) => set({ name: target.value })} />}</Field>
      {!goal && (
        <>
          <Field label={t('insight.goals.metric')} hint={data?.rows.find(({ id }) => id === draft.metricId)?.sentence}>
            {(ids) => <Select {...ids} value={draft.metricId} onChange={(metricId: string) => set({ metricId })} options={(data?.rows ?? []).filter(({ unit: one }) => one === 'rate' || one === 'people').map(({ id, name }) => ({ value: id, label: name }))} />}
          </Field>
          <Field label={t('insight.days')}>{() => <DayRange label={t('insight.days')} from={draft.from} to={draft.to} onChange={(days) => set(days)} />}</Field>
          <Field label={t('insight.goals.people')}>
            {(ids) => <Select {...ids} value={draft.people} onChange={(people: Draft['people']) => set({ people })} options={PEOPLE.filter((people) => people !== 'segment' || segments.length > 0).map((people) => ({ value: people, label: t(`insight.goals.people.${people}`) }))} />}
          </Field>
          {draft.people === 'segment' && <Field label={t('insight.goals.segment')}>{(ids) => <Select {...ids} value={draft.segment || null} onChange={(segment: string) => set({ segment })} options={segments.map(({ id, name }) => ({ value: id, label: name }))} />}</Field>}
          {draft.people === 'cohort' && <Field label={t('insight.goals.cohort')}>{() => <DayRange label={t('insight.goals.cohort')} from={draft.cohortFrom} to={draft.cohortTo} onChange={({ from, to }) => set({ cohortFrom: from, cohortTo: to })} />}</Field>}
        </>
      )}
      <Field label={t('insight.goals.target')} hint={t(`insight.goals.target.${unit}`)}>{(ids) => <InputNumber {...ids} min={0} value={draft.target} onChange={(target) => set({ target })} />}</Field>
      <Field label={t('insight.goals.owner')}>{(ids) => <OwnerField ids={ids} value={draft.owner} onChange={(owner) => set({ owner })} />}</Field>
      <div className="row"><Button type="primary" htmlType="submit" loading={save.isPending} disabled={draft.name.trim() === '' || draft.target === null || (draft.people === 'segment' && draft.segment === '')}>{t('insight.goals.save')}</Button></div>
      {goal && <GoalActions goal={goal} onDone={onDone} />}
    </form>
  );
}

/** Closing and opening again, and removing, for the form below the fields. */
function GoalActions({ goal, onDone }: { goal: Goal; onDone: () => void }) {
  const t = useT();
  const toast = useToast();
  const client = useQueryClient();
  const settle = { onSuccess: () => { void client.invalidateQueries({ queryKey: ['insight', 'goals'] }); onDone(); }, onError: toast.failed };
  const close = useMutation({ mutationFn: () => api.patch(`/insight/goals/${goal.id}`, { closed: goal.closedAt === null }), ...settle });
  const remove = useMutation({ mutationFn: () => api.delete(`/insight/goals/${goal.id}`), ...settle });
  return (
    <div className="row">
      <Button onClick={() => close.mutate()} loading={close.isPending}>{t(goal.closedAt === null ? 'insight.goals.close' : 'insight.goals.reopen')}</Button>
      <Button danger onClick={() => remove.mutate()} loading={remove.isPending}>{t('insight.goals.remove')}</Button>
    </div>
  );
}
