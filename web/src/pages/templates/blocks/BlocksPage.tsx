import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useFormats } from '../../../lib/format.ts';
import { useT } from '../../../lib/language.tsx';
import { Anchor, useFilters, useGo } from '../../../lib/location.tsx';
import { useMay } from '../../../lib/session.ts';
import { paths } from '../../../paths.ts';
import { type Column, DataTable } from '../../../ui/DataTable.tsx';
import { Page } from '../../../ui/Page.tsx';
import { SidePanel } from '../../../ui/SidePanel.tsx';
import { Empty } from '../../../ui/States.tsx';
import { blocksQuery, type Head } from './blockQueries.ts';
import { NewBlock } from './NewBlock.tsx';
import { TemplateViews } from './TemplateViews.tsx';
import '../templates.css';

const NEW = 'new';

/** What many messages have in common: each block, what it is written for, and how many templates say it. */
export default function BlocksPage() {
  const t = useT();
  const may = useMay();
  const go = useGo();
  const [filters, change] = useFilters();
  const blocks = useQuery(blocksQuery);
  const open = (name: string | null) => change({ panel: name });
  return (
    <Page title={t('blocks.title')} lead={t('blocks.lead')} actions={may('reach.write') && <Button type="primary" onClick={() => open(NEW)}>{t('blocks.new')}</Button>}>
      <TemplateViews at="blocks" />
      <DataTable
        name="blocks" caption={t('blocks.title')} columns={useBlockColumns()} rows={blocks.data?.rows} rowKey={({ id }) => id} error={blocks.error} onRetry={() => void blocks.refetch()}
        onOpen={({ id }) => go(paths.block(id))} expectedRows={3} empty={<Empty title={t('blocks.empty')}>{t('blocks.empty.why')}</Empty>}
      />
      <SidePanel open={may('reach.write') && filters['panel'] === NEW} onClose={() => open(null)} title={t('blocks.new')}><NewBlock onMade={(id) => go(paths.block(id))} /></SidePanel>
    </Page>
  );
}

function useBlockColumns(): Column<Head>[] {
  const t = useT();
  const { list, moment } = useFormats();
  return [
    { key: 'name', title: t('blocks.name'), phone: 'head', cell: ({ id, name, key }) => <span className="template-name"><Anchor className="customer-name" to={paths.block(id)} tabIndex={-1}>{name}</Anchor><code className="grey small">{key}</code></span> },
    { key: 'used', title: t('blocks.used'), phone: 'aside', cell: ({ usedBy }) => t('blocks.used.count', { templates: usedBy.filter(({ kind }) => kind === 'template').length }) },
    { key: 'forms', title: t('blocks.forms'), cell: ({ email, text }) => list([...(email ? [t('blocks.form.email')] : []), ...(text ? [t('blocks.form.text')] : [])]) },
    { key: 'languages', title: t('templates.languages'), cell: ({ languages }) => list(languages.map((one) => t(`templates.language.${one}`))) },
    { key: 'version', title: t('blocks.version'), numeric: true, cell: ({ version }) => version },
    { key: 'updated', title: t('templates.updated'), cell: ({ updatedAt, updatedBy }) => <span className="grey nowrap">{moment(updatedAt)}{updatedBy && ` · ${updatedBy}`}</span> },
  ];
}
