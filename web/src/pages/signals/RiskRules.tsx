import { Button, InputNumber, Switch } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { type RiskRule, rulesQuery } from './signalsQueries.ts';

const HUNDRED = 100;

/** When a signal is raised, rule by rule. */
export function RiskRules() {
  const t = useT();
  const rules = useQuery(rulesQuery);
  return (
    <div className="stack">
      <p className="grey">{t('risks.rules.note')}</p>
      <Loaded query={rules} skeleton={<Skeleton lines={8} />}>{({ rows }) => <>{rows.map((rule) => <RuleForm key={JSON.stringify(rule)} rule={rule} />)}</>}</Loaded>
    </div>
  );
}

function RuleForm({ rule }: { rule: RiskRule }) {
  const t = useT();
  const may = useMay()('lifecycle.write');
  const [draft, setDraft] = useState(rule);
  const set = (change: Partial<RiskRule>) => setDraft({ ...draft, ...change });
  const { key, atLeast, withinDays, share, active } = draft;
  const save = useWrite(['signals'], () => api.put(`/lifecycle/risk-rules/${key}`, { atLeast, withinDays, share, active }), { done: t('risks.rule.saved') });
  const isChanged = JSON.stringify(draft) !== JSON.stringify(rule);
  const name = t(`risk.rule.${key}`, { count: atLeast, days: withinDays });
  return (
    <section className="risk-rule">
      <h3><span className="grey small">{t(`risk.kind.${rule.kind}`)}</span> {name}</h3>
      <div className="row">
        <label className="row small">{t('risks.rule.at_least')}<InputNumber min={1} max={1_000} precision={0} disabled={!may} value={atLeast} onChange={(value) => set({ atLeast: value ?? rule.atLeast })} /></label>
        <label className="row small">{t('risks.rule.within')}<InputNumber min={1} max={365} precision={0} disabled={!may} value={withinDays} onChange={(value) => set({ withinDays: value ?? rule.withinDays })} /></label>
        {share !== null && <label className="row small">{t('risks.rule.share')}<InputNumber min={0} max={HUNDRED} precision={0} disabled={!may} value={Math.round(share * HUNDRED)} onChange={(value) => set({ share: (value ?? 0) / HUNDRED })} /></label>}
        <label className="row small">{t('risks.rule.active')}<Switch size="small" disabled={!may} checked={active} aria-label={`${t('risks.rule.active')}: ${name}`} onChange={(on) => set({ active: on })} /></label>
        {may && isChanged && <Button size="small" type="primary" loading={save.isPending} onClick={() => save.mutate(undefined)}>{t('risks.rule.save')}</Button>}
      </div>
    </section>
  );
}
