import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import type { z } from 'zod';
import type { rfmReply } from '../../../../src/lifecycle/contract.ts';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useFilters } from '../../lib/location.tsx';
import { useMay } from '../../lib/session.ts';
import { Choices } from '../../ui/Choices.tsx';
import { Page, Section } from '../../ui/Page.tsx';
import { Empty, Loaded, Skeleton } from '../../ui/States.tsx';
import { scopeIn, type Scope } from '../lifecycle/lifecycleQueries.ts';
import { RfmRulesPanel } from './RfmRulesPanel.tsx';
import { RfmScales } from './RfmScales.tsx';
import { RfmTable } from './RfmTable.tsx';
import './rfm.css';

export type Rfm = z.infer<typeof rfmReply>;
export const rfmQuery = (scope: Scope) => queryOptions({ queryKey: ['lifecycle', 'rfm', scope], queryFn: ({ signal }) => api.get<Rfm>('/lifecycle/rfm', scope, signal), placeholderData: keepPreviousData });
const PEOPLE = ['consumers', 'b2b', 'all'] as const;

/** Eight names of customers by recency, frequency and money; the truth table and the cut points are on the page. */
export default function RfmPage() {
  const t = useT();
  const may = useMay();
  const [filters, change] = useFilters();
  const [editing, setEditing] = useState(false);
  const scope = { ...scopeIn(filters), people: filters['people'] ?? 'consumers' };
  const rfm = useQuery(rfmQuery(scope));
  const { data } = rfm;
  return (
    <Page
      title={t('rfm.title')} lead={data && data.customers > 0 ? <Lead rfm={data} /> : undefined}
      actions={<>
        <Choices label={t('rfm.people')} options={PEOPLE.map((key) => ({ key, label: t(`rfm.people.${key}`) }))} value={scope.people} onChoose={(people) => change({ people })} />
        {may('lifecycle.write') && data && <Button onClick={() => setEditing(true)}>{t('rfm.rules')}</Button>}
      </>}
    >
      <Loaded query={rfm} skeleton={<Skeleton lines={9} />}>{(known) => (known.customers === 0 ? <Empty title={t('rfm.empty')}>{t('rfm.empty.why')}</Empty> : <Told rfm={known} />)}</Loaded>
      {data && editing && <RfmRulesPanel rfm={data} onClose={() => setEditing(false)} />}
    </Page>
  );
}

/** Which of the slipping names hold how much of the money. */
function Lead({ rfm: { table } }: { rfm: Rfm }) {
  const t = useT();
  const { percent } = useFormats();
  const slipping = table.filter(({ name }) => name === 'key_keep' || name === 'key_winback');
  const sum = (of: (line: Rfm['table'][number]) => number): number => slipping.reduce((total, line) => total + of(line), 0);
  return <>{t('rfm.lead', { count: sum(({ customers }) => customers), share: percent(sum(({ share }) => share)), money: percent(sum(({ netShare }) => netShare)) })}</>;
}

function Told({ rfm }: { rfm: Rfm }) {
  const t = useT();
  const { method, windowDays, bins } = rfm.rules;
  return (
    <>
      <Section title={t('rfm.table')} note={<>{t('rfm.explained')} {t('rfm.note', { method: t(`rfm.method.${method}`), days: windowDays ?? 0, bins, version: rfm.version, way: method })}</>}><RfmTable rfm={rfm} /></Section>
      {rfm.scales && <Section title={t('rfm.scales')} note={t('rfm.scales.note')}><RfmScales scales={rfm.scales} bins={bins} method={method} windowDays={windowDays ?? 0} /></Section>}
    </>
  );
}
