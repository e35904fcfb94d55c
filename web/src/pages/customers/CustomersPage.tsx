import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useEffect, useMemo, useState } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useFilters, useGo } from '../../lib/location.tsx';
import { useMay } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { Choices } from '../../ui/Choices.tsx';
import { DataTable, Pager } from '../../ui/DataTable.tsx';
import { Page } from '../../ui/Page.tsx';
import { Empty } from '../../ui/States.tsx';
import { STAGES } from '../../ui/tokens.ts';
import { usePages } from '../../ui/usePages.ts';
import { experimentWith } from '../experiments/people.ts';
import { useCustomerColumns } from './customerColumns.tsx';
import { explainQuery, fetchCustomers, isEverybody, listParams, PAGE_SIZE } from './customersQueries.ts';
import { ExportCustomers } from './ExportCustomers.tsx';
import { ShownFilter, useShown } from './ShownFilter.tsx';
import './customers.css';

const NOBODY: ReadonlySet<string> = new Set();

export default function CustomersPage() {
  const t = useT();
  const go = useGo();
  const may = useMay();
  const [filters, change] = useFilters();
  const shown = useShown();
  const asked = listParams(filters, shown.tree);
  const client = useQueryClient();
  const pages = usePages(['customers', asked], async (cursor) => {
    const page = await fetchCustomers(asked, cursor);
    // Rows are drawn once, with their strips.
    client.setQueryData(explainQuery(page.rows.map(({ id }) => id)).queryKey, page.strips);
    return page;
  }, !shown.waiting);
  const { data, error, isPlaceholderData, refetch } = pages.query;
  const ids = useMemo(() => data?.rows.map(({ id }) => id) ?? [], [data]);
  const explained = useQuery(explainQuery(ids));
  const columns = useCustomerColumns(explained.data);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(NOBODY);
  const filtered = asked.q !== '' || !isEverybody(asked.tree);
  return (
    <Page title={t('customers.title')} lead={<ShownFilter shown={shown} />} dense>
      <div className="customers-tools">
        <SearchField />
        <StageTabs />
      </div>
      <DataTable
        name="customers" caption={t('customers.title')} columns={columns} rows={shown.error ? [] : data?.rows} rowKey={({ id }) => id} error={error} onRetry={() => void refetch()} dimmed={isPlaceholderData} chooser
        sort={filters['sort'] ?? '-net_minor'} onSort={(sort) => change({ sort })} onOpen={({ id }) => go(paths.customer(id))} expectedRows={20}
        {...(may('customers.export') ? { selection: { ids: chosen, change: setChosen } } : {})} empty={shown.error ? <Empty title={t('segments.missing')} action={<Button onClick={() => change({ segment: null })}>{t('segments.leave')}</Button>} /> : <NoCustomers filtered={filtered} />}
      />
      <div className="customers-foot">
        {chosen.size > 0 && <Chosen ids={chosen} clear={() => setChosen(NOBODY)} />}
        <Pager pages={pages} size={PAGE_SIZE} noun="kit.pager.people" />
      </div>
    </Page>
  );
}

const SEARCH_WAIT_MS = 250;

function SearchField() {
  const t = useT();
  const [filters, change] = useFilters();
  const [text, setText] = useState(filters['q'] ?? '');
  useEffect(() => {
    const trimmed = text.trim();
    if (trimmed === (filters['q'] ?? '') || [...trimmed].length === 1) return undefined;
    const wait = setTimeout(() => change({ q: trimmed }), SEARCH_WAIT_MS);
    return () => clearTimeout(wait);
  }, [text, filters, change]);
  return <Input className="customers-search" allowClear value={text} placeholder={t('customers.find')} aria-label={t('customers.find')} onChange={(event) => setText(event.target.value)} />;
}

function StageTabs() {
  const t = useT();
  const [filters, change] = useFilters();
  const options = ['', ...STAGES].map((stage) => ({
    key: stage, label: <>{stage && <i style={{ background: `var(--stage-${stage.replace('_', '-')})` }} aria-hidden="true" />}{t(stage ? `stage.${stage}` : 'customers.stage.all')}</>,
  }));
  return <Choices label={t('customers.col.stage')} options={options} value={filters['stage'] ?? ''} onChoose={(stage) => change({ stage })} />;
}

function NoCustomers({ filtered }: { filtered: boolean }) {
  const t = useT();
  const go = useGo();
  const may = useMay();
  if (filtered) return <Empty title={t('customers.none')}>{t('customers.none.why')}</Empty>;
  return <Empty title={t('customers.empty')} action={may('imports.write') && <Button type="primary" onClick={() => go(paths.imports())}>{t('customers.import')}</Button>}>{t('customers.empty.why')}</Empty>;
}

function Chosen({ ids, clear }: { ids: ReadonlySet<string>; clear: () => void }) {
  const t = useT();
  const { count } = useFormats();
  const [open, setOpen] = useState(false);
  const go = useGo();
  const may = useMay();
  return (
    <div className="chosen-bar" role="status" aria-label={count(ids.size)}>
      <span className="strong">{t('customers.chosen', { count: ids.size })}</span>
      <Button size="small" type="primary" onClick={() => setOpen(true)}>{t('customers.export')}</Button>
      {may('insight.write') && <Button size="small" onClick={() => go(experimentWith([...ids], ''))}>{t('experiments.prove')}</Button>}
      <Button size="small" type="text" onClick={clear}>{t('customers.unselect')}</Button>
      <ExportCustomers ids={[...ids]} open={open} onClose={() => setOpen(false)} />
    </div>
  );
}
