import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useFilters, useGo } from '../../lib/location.tsx';
import { useCurrency, useMay } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { Field } from '../../ui/Field.tsx';
import { KeyFigure, Notice } from '../../ui/Figure.tsx';
import { Figures, Section } from '../../ui/Page.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { type PlanAsked, planQuery, type SavePlan } from './scoringQueries.ts';
import { useCoded } from './useReasons.ts';

const HUNDRED = 100;

/** What the plan is asked for, as the address says it. */
export const planAsked = ({ shop, people, capacity, costMinor, savedShare }: Readonly<Record<string, string>>): PlanAsked => ({ shop, people, capacity, costMinor, savedShare });

/** Capacity, cost and the assumed effect; what the best list of that size is expected to gain; the way to prove it. */
export function SavePlanPanel() {
  const t = useT();
  const [filters] = useFilters();
  const plan = useQuery(planQuery(planAsked(filters)));
  return (
    <Section title={t('atRisk.plan')} note={plan.data && <Assumed plan={plan.data} />} actions={plan.data && <Prove plan={plan.data} />}>
      <Loaded query={plan} skeleton={<Skeleton height={140} />}>{(data) => <Plan plan={data} />}</Loaded>
    </Section>
  );
}

function Plan({ plan }: { plan: SavePlan }) {
  const t = useT();
  const coded = useCoded();
  const { count, money, moneyRound } = useFormats();
  const currency = useCurrency();
  const [, change] = useFilters();
  const { chosen, gainMinor, costMinor, beyondCapacity, notWorth } = plan;
  return (
    <>
      <div className="plan-inputs">
        <NumberPart label={t('atRisk.capacity')} value={plan.capacity} least={1} most={5_000} onChange={(value) => change({ capacity: String(value) })} />
        <NumberPart label={t('atRisk.cost')} value={plan.attemptCostMinor / HUNDRED} least={0} most={100_000} step={0.1} onChange={(value) => change({ costMinor: String(Math.round(value * HUNDRED)) })} />
        <NumberPart label={t('atRisk.saved')} value={Math.round(plan.response.savedShare * HUNDRED * 10) / 10} least={0} most={HUNDRED} step={0.5} onChange={(value) => change({ savedShare: String(value / HUNDRED) })} />
      </div>
      {plan.refused && <Notice tone="warn">{coded(plan.refused)}</Notice>}
      <Figures quiet>
        <KeyFigure label={t('atRisk.chosen')} value={count(chosen.length)} note={t('atRisk.chosen.note', { left: plan.capacityLeft })} />
        <KeyFigure label={t('atRisk.gain')} value={moneyRound(gainMinor, currency)} why={{ definition: t('atRisk.gain.why') }} note={t('atRisk.gain.note', { cost: money(costMinor, currency) })} />
        <KeyFigure label={t('atRisk.beyond')} value={count(beyondCapacity)} note={t('atRisk.beyond.note')} />
        <KeyFigure label={t('atRisk.notWorth')} value={count(notWorth)} note={t('atRisk.notWorth.note')} />
      </Figures>
    </>
  );
}

/** The gain stands on an assumption until an experiment has measured it; the page says which. */
function Assumed({ plan: { response } }: { plan: SavePlan }) {
  const t = useT();
  const { percent } = useFormats();
  return <>{t(`atRisk.${response.basis}`, { share: percent(response.savedShare, response.savedShare < 0.1 ? 1 : 0), source: response.source })}</>;
}

function Prove({ plan }: { plan: SavePlan }) {
  const t = useT();
  const go = useGo();
  const may = useMay();
  const [filters] = useFilters();
  if (!may('insight.write') || plan.chosen.length === 0) return null;
  return <Button type="primary" onClick={() => go(paths.newExperiment({ ...planAsked(filters), from: 'plan', capacity: plan.capacity }))}>{t('atRisk.prove')}</Button>;
}

type NumberProps = { label: string; value: number; least: number; most: number; step?: number; onChange: (value: number) => void };

/** A number that is asked for once somebody has finished typing: on leaving the field, or Enter. */
function NumberPart({ label, value, least, most, step = 1, onChange }: NumberProps) {
  const [text, setText] = useState(String(value));
  useEffect(() => setText(String(value)), [value]);
  const settle = () => {
    const typed = Number(text);
    const isFit = text.trim() !== '' && typed >= least && typed <= most;
    if (!isFit) setText(String(value));
    else if (typed !== value) onChange(typed);
  };
  return (
    <Field label={label}>
      {(ids) => <input {...ids} className="input" type="number" inputMode="decimal" min={least} max={most} step={step} value={text} onChange={({ target }) => setText(target.value)} onBlur={settle} onKeyDown={({ key }) => { if (key === 'Enter') settle(); }} />}
    </Field>
  );
}
