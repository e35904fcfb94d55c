import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input, InputNumber } from 'antd';
import { type FormEvent, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { Field } from '../../ui/Field.tsx';
import { Notice } from '../../ui/Figure.tsx';
import { Section } from '../../ui/Page.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { type Rules, rulesQuery } from './stageRulesQueries.ts';

const DAYS_MAX = 3650;

/** Days of one's own: fixed cuts instead of learned ones, and how long durable goods last. */
export function StagesFixed() {
  const rules = useQuery(rulesQuery('current'));
  return <Loaded query={rules} skeleton={<Skeleton lines={8} />}>{(data) => <div key={data.version}><Cycles rules={data} /><FixedDays rules={data} /></div>}</Loaded>;
}

const fixedNow = ({ basis, categories }: Rules) => (basis === 'configured' ? categories[0]?.groups[0] : undefined);

function FixedDays({ rules }: { rules: Rules }) {
  const t = useT();
  const may = useMay();
  const client = useQueryClient();
  const now = fixedNow(rules);
  const [declining, setDeclining] = useState<number | null>(now?.decliningDays ?? null);
  const [atRisk, setAtRisk] = useState<number | null>(now?.atRiskDays ?? null);
  const [churned, setChurned] = useState<number | null>(now?.churnedDays ?? null);
  const save = useWrite(['settings'],
    () => api.post<Rules>('/lifecycle/rules/configure', { ...(declining === null ? {} : { decliningDays: declining }), atRiskDays: atRisk, churnedDays: churned }),
    { done: t('stageRules.fixed.done'), after: () => void client.invalidateQueries() },
  );
  const disorder = atRisk !== null && churned !== null && (atRisk >= churned || (declining ?? 0) >= atRisk);
  const submit = (event: FormEvent) => { event.preventDefault(); save.mutate(undefined); };
  const field = (key: string, value: number | null, set: (value: number | null) => void) => (
    <Field label={t(`stageRules.fixed.${key}`)}>{(ids) => <InputNumber {...ids} min={1} max={DAYS_MAX} precision={0} suffix={t('stageRules.days')} value={value} onChange={set} disabled={!may('lifecycle.write')} />}</Field>
  );
  return (
    <Section title={t('stageRules.fixed')} note={t('stageRules.fixed.note')}>
      <Notice tone="warn">{t('stageRules.fixed.warn')}</Notice>
      <form className="row settings-form stages-fixed" onSubmit={submit}>
        {field('declining', declining, setDeclining)}{field('atRisk', atRisk, setAtRisk)}{field('churned', churned, setChurned)}
        {may('lifecycle.write') && <Button htmlType="submit" danger loading={save.isPending} disabled={atRisk === null || churned === null || disorder}>{t('stageRules.fixed.save')}</Button>}
      </form>
      {disorder && <p className="act small" role="alert">{t('stageRules.fixed.order')}</p>}
      {save.isPending && <p className="grey small" role="status">{t('stageRules.working')}</p>}
    </Section>
  );
}

/** Goods that last: a category and the days after which it is replaced. */
function Cycles({ rules: { cycleDays, categories } }: { rules: Rules }) {
  const t = useT();
  const may = useMay();
  const client = useQueryClient();
  const [cycles, setCycles] = useState<Record<string, number>>(cycleDays);
  const [category, setCategory] = useState('');
  const [days, setDays] = useState<number | null>(null);
  const save = useWrite(['settings'], (next: Record<string, number>) => api.put<Rules>('/lifecycle/cycles', { cycleDays: next }), { done: t('stageRules.cycles.done'), after: () => void client.invalidateQueries() });
  const put = (next: Record<string, number>) => { setCycles(next); save.mutate(next, { onError: () => setCycles(cycles) }); };
  const add = (event: FormEvent) => {
    event.preventDefault();
    if (category.trim() && days !== null) put({ ...cycles, [category.trim()]: days });
    setCategory('');
    setDays(null);
  };
  const rows = Object.entries(cycles);
  return (
    <Section title={t('stageRules.cycles')} note={t('stageRules.cycles.note')}>
      {rows.length === 0 ? <p className="grey">{t('stageRules.cycles.none')}</p> : (
        <table className="data compact stages-cycles">
          <thead><tr><th scope="col">{t('stageRules.category')}</th><th scope="col" className="number">{t('stageRules.cycles.days')}</th><th scope="col" className="number">{t('stageRules.cycles.window')}</th><th scope="col"><span className="unseen">{t('settings.actions')}</span></th></tr></thead>
          <tbody>{rows.map(([name, length]) => <tr key={name}><td>{name}</td><td className="number">{length}</td><td className="number">{Math.round(length * 0.8)}–{Math.round(length * 1.2)}</td><td>{may('lifecycle.write') && <button type="button" className="plain link" disabled={save.isPending} onClick={() => put(Object.fromEntries(rows.filter(([one]) => one !== name)))}>{t('settings.remove')}</button>}</td></tr>)}</tbody>
        </table>
      )}
      {may('lifecycle.write') && (
        <form className="row settings-form stages-fixed" onSubmit={add}>
          <Field label={t('stageRules.category')}>{(ids) => <><Input {...ids} list="stage-categories" maxLength={100} value={category} onChange={({ target }) => setCategory(target.value)} /><datalist id="stage-categories">{categories.filter((one) => one.category).map((one) => <option key={one.category} value={one.category} />)}</datalist></>}</Field>
          <Field label={t('stageRules.cycles.days')}>{(ids) => <InputNumber {...ids} min={1} max={DAYS_MAX} precision={0} suffix={t('stageRules.days')} value={days} onChange={setDays} />}</Field>
          <Button htmlType="submit" loading={save.isPending} disabled={!category.trim() || days === null}>{t('stageRules.cycles.add')}</Button>
        </form>
      )}
      {save.isPending && <p className="grey small" role="status">{t('stageRules.working')}</p>}
    </Section>
  );
}
