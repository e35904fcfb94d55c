import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { useCurrency, useMay } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { type Column, DataTable, Pager } from '../../ui/DataTable.tsx';
import { Money } from '../../ui/Figure.tsx';
import { Section } from '../../ui/Page.tsx';
import { SidePanel } from '../../ui/SidePanel.tsx';
import { StageBadge } from '../../ui/StageBadge.tsx';
import { Empty, Loaded, Skeleton } from '../../ui/States.tsx';
import { usePages } from '../../ui/usePages.ts';
import { CoreForm } from './CoreForm.tsx';
import { CoreLogList } from './CoreLogList.tsx';
import { type CoreMembers, type Programme, programmesQuery } from './signalsQueries.ts';

type Member = CoreMembers['rows'][number];
const PAGE_SIZE = 25;

/** Each programme: who may come in and stay, who looks after it, who is in, and who came and went. */
export function CoreView() {
  const t = useT();
  const may = useMay()('lifecycle.write');
  const programmes = useQuery(programmesQuery);
  const [editing, setEditing] = useState<Programme | 'new' | null>(null);
  const add = may && <Button onClick={() => setEditing('new')}>{t('core.add')}</Button>;
  return (
    <>
      <Loaded query={programmes} skeleton={<Skeleton lines={8} />}>
        {({ rows }) => (rows.length === 0
          ? <Empty title={t('core.none')} action={add}>{t('core.none.why')}</Empty>
          : <>{rows.map((programme) => <ProgrammeSection key={programme.id} programme={programme} onEdit={may ? () => setEditing(programme) : undefined} />)}{add}</>)}
      </Loaded>
      <SidePanel open={editing !== null} onClose={() => setEditing(null)} title={t(editing === 'new' ? 'core.add' : 'core.edit')}>
        {editing !== null && <CoreForm programme={editing === 'new' ? undefined : editing} onDone={() => setEditing(null)} />}
      </SidePanel>
    </>
  );
}

function ProgrammeSection({ programme, onEdit }: { programme: Programme; onEdit: (() => void) | undefined }) {
  const t = useT();
  const { name, members, ownerName, entry, stay } = programme;
  const same = entry.share === stay.share && entry.sentence === stay.sentence;
  return (
    <Section title={`${name} · ${t('core.members', { count: members })}`} actions={onEdit && <Button size="small" onClick={onEdit}>{t('core.edit')}</Button>}>
      <dl className="core-rule">
        <dt>{t('core.owner')}</dt><dd>{ownerName || <span className="ochre">{t('core.owner.none')}</span>}</dd>
        <dt>{t('core.entry')}</dt><dd><RuleWords rule={entry} /></dd>
        <dt>{t('core.stay')}</dt><dd>{same ? t('core.stay.same') : <RuleWords rule={stay} />}</dd>
      </dl>
      <Members id={programme.id} count={members} />
      <CoreLogList id={programme.id} />
    </Section>
  );
}

function RuleWords({ rule: { share, cutMinor, sentence } }: { rule: Programme['entry'] }) {
  const t = useT();
  const { percent, moneyRound } = useFormats();
  const currency = useCurrency();
  if (share === null) return <>{sentence}</>;
  return <>{t('core.rule.top', { share: percent(share, 0), sentence, cut: cutMinor === null ? '' : t('core.rule.cut', { cut: moneyRound(cutMinor, currency) }) })}</>;
}

function Members({ id, count }: { id: string; count: number }) {
  const t = useT();
  const { day } = useFormats();
  const pages = usePages(['signals', 'core', id], async (cursor, signal) => ({ ...(await api.get<CoreMembers>(`/lifecycle/core-programmes/${id}/members`, { cursor, limit: PAGE_SIZE }, signal)), total: { count, over: false } }));
  const { data, error, refetch, isPlaceholderData } = pages.query;
  const columns: Column<Member>[] = [
    { key: 'name', title: t('core.member'), phone: 'head', cell: ({ customer }) => <Anchor className="customer-name" to={paths.customer(customer.id)}>{customer.name || t('customers.nameless')}</Anchor> },
    { key: 'stage', title: t('customers.col.stage'), phone: 'aside', cell: ({ customer }) => (customer.stage ? <StageBadge stage={customer.stage} /> : '—') },
    { key: 'entered', title: t('core.entered'), numeric: true, cell: ({ enteredOn }) => day(enteredOn) },
    { key: 'value', title: t('core.value'), numeric: true, phone: 'hidden', cell: ({ valueMinor }) => <Money minor={valueMinor} round /> },
    { key: 'net', title: t('core.value.now'), numeric: true, cell: ({ customer }) => <Money minor={customer.netMinor} round /> },
    { key: 'last', title: t('customers.col.last'), numeric: true, cell: ({ customer }) => day(customer.lastOn) },
  ];
  return (
    <>
      <DataTable name="core" caption={t('signals.view.core')} columns={columns} rows={data?.rows} rowKey={({ customer }) => customer.id} error={error} onRetry={() => void refetch()} dimmed={isPlaceholderData} empty={<p className="grey">{t('core.log.none')}</p>} expectedRows={6} />
      {(pages.forward || pages.back) && <Pager pages={pages} size={PAGE_SIZE} noun="kit.pager.people" />}
    </>
  );
}
