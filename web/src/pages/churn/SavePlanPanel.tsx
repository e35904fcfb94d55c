import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor, useFilters, useGo } from '../../lib/location.tsx';
import { useCurrency, useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { paths } from '../../paths.ts';
import { Field } from '../../ui/Field.tsx';
import { KeyFigure, Notice } from '../../ui/Figure.tsx';
import { Figures, Section } from '../../ui/Page.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { CONSUMERS, type PlanAsked, planQuery, type SavePlan } from './scoringQueries.ts';
import { useCoded } from './useReasons.ts';

const HUNDRED = 100;
/** Who assumes where nobody has said anything. */
const BY_DEFAULT = 'perennial';

/** What the plan is asked for, as the address says it. */
export const planAsked = ({ shop, people, segment, tag, rfm, capacity, costMinor, moneyMinor, savedShare }: Readonly<Record<string, string>>): PlanAsked => ({ shop, people: people || CONSUMERS, segment, tag, rfm, capacity, costMinor, moneyMinor, savedShare });

/** Capacity, money, cost and the effect, assumed or measured; what the best list of that size is expected to gain; the way to prove it. */
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
  const { chosen, gainMinor, gainLowMinor, gainHighMinor, costMinor, moneyMinor, attemptCostMinor, beyondCapacity, notWorth } = plan;
  const isMeasured = gainLowMinor !== null && gainHighMinor !== null;
  const minorOf = (value: number): string => String(Math.round(value * HUNDRED));
  return (
    <>
      <div className="plan-inputs">
        <NumberPart label={t('atRisk.capacity')} value={plan.capacity} least={1} most={5_000} onChange={(value) => change({ capacity: String(value) })} />
        <NumberPart label={t('atRisk.cost')} hint={attemptCostMinor === null ? t('atRisk.cost.unknown') : undefined} value={attemptCostMinor === null ? null : attemptCostMinor / HUNDRED} least={0} most={100_000} step={0.1} onChange={(value) => change({ costMinor: minorOf(value) })} />
        <NumberPart label={t('atRisk.budget')} hint={moneyMinor === null ? t('atRisk.budget.none') : undefined} value={moneyMinor === null ? null : moneyMinor / HUNDRED} least={0} most={100_000_000} onChange={(value) => change({ moneyMinor: minorOf(value) })} onClear={() => change({ moneyMinor: 'none' })} />
        <NumberPart label={t('atRisk.saved')} value={Math.round(plan.response.savedShare * HUNDRED * 10) / 10} least={0} most={HUNDRED} step={0.5} onChange={(value) => change({ savedShare: String(value / HUNDRED) })} />
        <KeepPlan plan={plan} />
      </div>
      {plan.refused && <Notice tone="warn">{coded(plan.refused)}</Notice>}
      <Figures quiet>
        <KeyFigure label={t('atRisk.chosen')} value={count(chosen.length)} note={t('atRisk.chosen.note', { left: plan.capacityLeft })} />
        <KeyFigure label={t(attemptCostMinor === null ? 'atRisk.gain.gross' : 'atRisk.gain')} value={moneyRound(gainMinor, currency)} why={{ definition: t('atRisk.gain.why', { measured: plan.response.basis }) }} note={<>{attemptCostMinor === null ? t('atRisk.gain.unknown') : moneyMinor === null ? t('atRisk.gain.note', { cost: money(costMinor, currency) }) : t('atRisk.gain.budget', { cost: money(costMinor, currency), left: money(moneyMinor - costMinor, currency) })}{isMeasured && <> · {t('atRisk.gain.range', { low: moneyRound(gainLowMinor, currency), high: moneyRound(gainHighMinor, currency) })}</>}</>} />
        <KeyFigure label={t('atRisk.beyond')} value={count(beyondCapacity)} note={t(moneyMinor === null ? 'atRisk.beyond.note' : 'atRisk.beyond.money')} />
        <KeyFigure label={t('atRisk.notWorth')} value={attemptCostMinor === null ? '—' : count(notWorth)} note={t(attemptCostMinor === null ? 'atRisk.notWorth.unknown' : 'atRisk.notWorth.note')} />
      </Figures>
    </>
  );
}

/** What of the plan is typed in the address, as the policy keeps it. */
function typedIn({ capacity, costMinor, moneyMinor, savedShare }: Readonly<Record<string, string>>, plan: SavePlan) {
  return {
    ...(capacity && { capacity: plan.capacity }), ...(costMinor && { attemptCostMinor: plan.attemptCostMinor }), ...(moneyMinor && { weekBudgetMinor: plan.moneyMinor }), ...(savedShare && { savedShare: plan.response.savedShare }),
  };
}

/** Figures typed here hold for this look; kept, they hold for everybody from now on. */
function KeepPlan({ plan }: { plan: SavePlan }) {
  const t = useT();
  const may = useMay();
  const [filters, change] = useFilters();
  const typed = typedIn(filters, plan);
  const keep = useWrite(['settings', 'scoring'], () => api.put('/lifecycle/scoring/policy', typed), {
    done: t('atRisk.keep.done'), after: () => change({ capacity: null, costMinor: null, moneyMinor: null, savedShare: null }),
  });
  if (!may('lifecycle.write') || Object.keys(typed).length === 0) return null;
  return <Button loading={keep.isPending} onClick={() => keep.mutate(undefined)}>{t('atRisk.keep')}</Button>;
}

/** The gain stands on an assumption until an experiment has measured it; the page says which. */
function Assumed({ plan: { response } }: { plan: SavePlan }) {
  const t = useT();
  const [filters] = useFilters();
  const { percent, day } = useFormats();
  const share = percent(response.savedShare, response.savedShare < 0.1 ? 1 : 0);
  if (response.experimentId) return <>{t('atRisk.measured', { share, low: percent(response.low, 0), high: percent(response.high, 0), people: response.people ?? 0, days: response.windowDays ?? 0, day: day(response.measuredOn), proven: (response.low ?? 0) > 0 ? 'yes' : 'no' })} <Anchor to={paths.experiment(response.experimentId)}>{response.name}</Anchor></>;
  return <>{t('atRisk.assumed', { share, source: t(`atRisk.assumed.${filters['savedShare'] ? 'here' : response.source === BY_DEFAULT ? 'default' : 'workspace'}`) })}</>;
}

function Prove({ plan }: { plan: SavePlan }) {
  const t = useT();
  const go = useGo();
  const may = useMay();
  const [filters] = useFilters();
  if (!may('insight.write') || plan.chosen.length === 0) return null;
  return <Button type="primary" onClick={() => go(paths.newExperiment({ ...planAsked(filters), from: 'plan', capacity: plan.capacity }))}>{t('atRisk.prove')}</Button>;
}

type NumberProps = { label: string; hint?: string | undefined; value: number | null; least: number; most: number; step?: number; onChange: (value: number) => void; onClear?: () => void };

/** A number that is asked for once somebody has finished typing: on leaving the field, or Enter. */
function NumberPart({ label, hint, value, least, most, step = 1, onChange, onClear }: NumberProps) {
  const shown = value === null ? '' : String(value);
  const [text, setText] = useState(shown);
  useEffect(() => setText(shown), [shown]);
  const settle = () => {
    const typed = Number(text);
    const isFit = text.trim() !== '' && typed >= least && typed <= most;
    if (text.trim() === '' && onClear && value !== null) onClear();
    else if (!isFit) setText(shown);
    else if (typed !== value) onChange(typed);
  };
  return (
    <Field label={label} hint={hint}>
      {(ids) => <input {...ids} className="input" type="number" inputMode="decimal" min={least} max={most} step={step} value={text} onChange={({ target }) => setText(target.value)} onBlur={settle} onKeyDown={({ key }) => { if (key === 'Enter') settle(); }} />}
    </Field>
  );
}
