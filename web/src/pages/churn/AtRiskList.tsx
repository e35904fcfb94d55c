import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useMemo, useState } from 'react';
import type { Paged } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useFilters, useGo } from '../../lib/location.tsx';
import { useCurrency, useMay } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { Choices } from '../../ui/Choices.tsx';
import { DataTable, Pager } from '../../ui/DataTable.tsx';
import { Section } from '../../ui/Page.tsx';
import { Empty } from '../../ui/States.tsx';
import { usePages } from '../../ui/usePages.ts';
import { explainQuery } from '../customers/customersQueries.ts';
import '../customers/customers.css';
import { AtRiskFilter, reasonName } from './AtRiskFilter.tsx';
import { ExportAtRisk } from './ExportAtRisk.tsx';
import { type RiskLine, useRiskColumns } from './riskColumns.tsx';
import { planAsked } from './SavePlanPanel.tsx';
import { RiskGroupFigures } from './RiskGroupFigures.tsx';
import { useCoded } from './useReasons.ts';
import { type AtRisk, atRiskFilters, fetchAtRisk, planQuery, type SavePlan, type Scoring } from './scoringQueries.ts';

/** A screenful: each row draws a strip of two years. */
const PAGE_SIZE = 25;
type Line = Paged<RiskLine> & Partial<Pick<AtRisk, 'reasons'>> & { told?: AtRisk['total'] };

/** Everybody by value at risk, or those the plan saves first; the same columns for both. */
export function AtRiskList({ state }: { state: Scoring }) {
  const t = useT();
  const go = useGo();
  const [filters, change] = useFilters();
  const { data: plan } = useQuery(planQuery(planAsked(filters)));
  const planned = filters['view'] === 'plan';
  const asked = atRiskFilters(filters);
  const ranks = useMemo(() => new Map((plan?.chosen ?? []).map(({ customerId }, at) => [customerId, at + 1])), [plan]);
  const pages = usePages<RiskLine>(['scoring', planned ? 'plan-lines' : 'at-risk', planned ? planAsked(filters) : asked], (cursor, signal) => (planned ? planLines(plan, cursor) : allLines(asked, cursor, signal)), !planned || plan !== undefined);
  const { data, error, isPlaceholderData, refetch } = pages.query;
  const told = data as Line | undefined;
  const ids = useMemo(() => data?.rows.map(({ customerId }) => customerId) ?? [], [data]);
  const explained = useQuery(explainQuery(ids));
  const most = Math.max(1, ...(data?.rows ?? []).map(({ valueHighMinor }) => valueHighMinor ?? 0));
  const columns = useRiskColumns({ explained: explained.data, ranks, most, planned });
  const views = [{ key: '', label: t('atRisk.view.all') }, { key: 'plan', label: t('atRisk.view.plan', { count: plan?.chosen.length ?? 0 }) }];
  return (
    <Section title={<Finding told={told} planned={planned} plan={plan} />} note={planned ? t('atRisk.view.plan.note') : <AtRiskFilter reasons={told?.reasons?.map(({ code }) => code) ?? []} />} actions={<ListTools planned={planned} />}>
      <Choices label={t('atRisk.view')} options={views} value={planned ? 'plan' : ''} onChoose={(view) => change({ view })} />
      {!planned && <RiskGroupFigures state={state} />}
      <DataTable
        name={planned ? 'save-first' : 'at-risk'} caption={t('nav.lifecycle.churn')} columns={columns} rows={data?.rows} rowKey={({ customerId }) => customerId} error={error} onRetry={() => void refetch()} dimmed={isPlaceholderData} chooser expectedRows={12}
        onOpen={({ customerId }) => go(paths.customer(customerId))} empty={<Nobody planned={planned} plan={plan} told={told} state={state} />}
      />
      <Pager pages={pages} size={PAGE_SIZE} noun="kit.pager.people" />
    </Section>
  );
}

/** An empty list says why, and what would fill it. */
function Nobody({ planned, plan, told, state }: { planned: boolean; plan: SavePlan | undefined; told: Line | undefined; state: Scoring }) {
  const t = useT();
  const coded = useCoded();
  const [filters, change] = useFilters();
  const narrowed = ['people', 'segment', 'rfm', 'tag', 'stage', 'leastChurn', 'horizonMost', 'because', 'method'].some((part) => filters[part]);
  if (planned) return <Empty title={t(plan?.refused ? 'atRisk.plan.refused' : 'atRisk.plan.nobody')}>{plan?.refused ? coded(plan.refused) : t('atRisk.plan.nobody.why')}</Empty>;
  if (!narrowed && told?.told?.customers === 0 && state.groups.some(({ name }) => name === 'business')) return <Empty title={t('atRisk.onlyBusiness')} action={<Button onClick={() => change({ people: 'b2b' })}>{t('atRisk.onlyBusiness.go')}</Button>}>{t('atRisk.onlyBusiness.why')}</Empty>;
  return <Empty title={t('atRisk.nobody')}>{t('atRisk.nobody.why')}</Empty>;
}

async function allLines(asked: ReturnType<typeof atRiskFilters>, cursor: string | undefined, signal: AbortSignal): Promise<Line> {
  const { rows, next, total, reasons } = await fetchAtRisk(asked, cursor, PAGE_SIZE, signal);
  return { rows, next, total: { count: total.customers, over: false }, reasons, told: total };
}

/** The plan comes whole; it is paged here like any other list. */
async function planLines(plan: SavePlan | undefined, cursor: string | undefined): Promise<Line> {
  const from = Number(cursor ?? 0);
  const chosen = plan?.chosen ?? [];
  return { rows: chosen.slice(from, from + PAGE_SIZE), next: from + PAGE_SIZE < chosen.length ? String(from + PAGE_SIZE) : null, total: { count: chosen.length, over: false } };
}

/** The title of the list says what it found. */
function Finding({ told, planned, plan }: { told: Line | undefined; planned: boolean; plan: SavePlan | undefined }) {
  const t = useT();
  const { moneyRound } = useFormats();
  const currency = useCurrency();
  if (planned && plan?.refused) return <>{t('atRisk.plan.refused')}</>;
  if (planned) return <>{t(plan?.attemptCostMinor === null ? 'atRisk.finding.plan.gross' : 'atRisk.finding.plan', { count: plan?.chosen.length ?? 0, money: moneyRound(plan?.gainMinor ?? null, currency) })}</>;
  if (!told?.told) return <>{t('atRisk.view.all')}</>;
  const [first] = told.reasons ?? [];
  return <>{t('atRisk.finding', { count: told.told.customers, money: moneyRound(told.told.atRiskMinor, currency), first: first ? 'yes' : 'no', reason: first ? reasonName(t, first.code) : '', people: first?.customers ?? 0 })}</>;
}

function ListTools({ planned }: { planned: boolean }) {
  const t = useT();
  const may = useMay();
  const [open, setOpen] = useState(false);
  if (planned || !may('customers.export')) return null;
  return <><Button size="small" onClick={() => setOpen(true)}>{t('customers.export')}</Button><ExportAtRisk open={open} onClose={() => setOpen(false)} /></>;
}
