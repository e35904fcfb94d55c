import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor, useGo } from '../../lib/location.tsx';
import { useSourceName } from '../../lib/names.ts';
import { paths } from '../../paths.ts';
import { type Column, DataTable } from '../../ui/DataTable.tsx';
import { Empty } from '../../ui/States.tsx';
import { type ImportView, importsQuery, sourcesQuery } from './importQueries.ts';
import { ReportLine } from './ReportLine.tsx';
import { UndoImport } from './UndoImport.tsx';

/** Every import so far, newest first, each with what came of it. */
export function ImportList() {
  const t = useT();
  const named = useSourceName();
  const go = useGo();
  const { list, moment } = useFormats();
  const query = useInfiniteQuery(importsQuery);
  const sources = useQuery(sourcesQuery);
  const sourceName = (key: string): string => named(sources.data?.rows.find((one) => one.key === key)?.name ?? key);
  const filesOf = ({ files }: ImportView): string => (files.length > 2 ? t('imports.files.more', { first: files[0]?.name ?? '', count: files.length - 1 }) : list(files.map(({ name }) => name)));
  const columns: Column<ImportView>[] = [
    { key: 'files', title: t('imports.col.files'), phone: 'head', cell: (one) => <Anchor to={paths.import(one.id)}><span className="clip-name" title={one.files.map(({ name }) => name).join('\n')}>{filesOf(one)}</span></Anchor> },
    { key: 'source', title: t('imports.source'), cell: (one) => sourceName(one.source) },
    { key: 'status', title: t('imports.col.status'), phone: 'aside', cell: ({ status }) => <span className={status === 'failed' ? 'ochre' : undefined}>{t(`import.state.${status}`)}</span> },
    { key: 'report', title: t('imports.col.report'), cell: (one) => <ReportLine one={one} /> },
    { key: 'at', title: t('imports.col.at'), cell: ({ createdAt }) => <span className="nowrap">{moment(createdAt)}</span> },
    { key: 'undo', title: <span className="unseen">{t('imports.undo')}</span>, cell: (one) => <UndoImport one={one} link /> },
  ];
  return (
    <>
      <DataTable
        name="imports" caption={t('imports.before')} columns={columns} rows={query.data?.pages.flatMap(({ rows }) => rows)} rowKey={({ id }) => id} onOpen={({ id }) => go(paths.import(id))}
        error={query.error} onRetry={() => void query.refetch()} expectedRows={4} empty={<Empty title={t('imports.none')}>{t('imports.none.next')}</Empty>}
      />
      {query.hasNextPage && <div className="pager"><Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t('imports.older')}</Button></div>}
    </>
  );
}
