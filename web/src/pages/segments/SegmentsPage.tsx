import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor, useFilters, useGo } from '../../lib/location.tsx';
import { sentenceOf } from '../../lib/problem.ts';
import { useMay } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { type Column, DataTable } from '../../ui/DataTable.tsx';
import { Delta, Reach, WhyButton } from '../../ui/Figure.tsx';
import { FilterSentence } from '../../ui/FilterSentence.tsx';
import { Page } from '../../ui/Page.tsx';
import { Empty } from '../../ui/States.tsx';
import { catalogueQuery } from '../customers/customersQueries.ts';
import { NEW, SegmentPanel } from './SegmentPanel.tsx';
import { SegmentViews } from './SegmentViews.tsx';
import { heldSizesQuery, type ListedSegment, type Segment, segmentSizeQuery, segmentsQuery } from './segmentsQueries.ts';
import './segments.css';

const listOf = (id: string): string => paths.customers({ segment: id });

/** Filters kept under a name: who is in each today, how they can be reached, and the way to them. */
export default function SegmentsPage() {
  const t = useT();
  const go = useGo();
  const may = useMay();
  const [filters, change] = useFilters();
  const segments = useQuery(segmentsQuery);
  const columns = useSegmentColumns((id) => change({ edit: id }, { push: true }));
  const rows = segments.data?.rows;
  const add = may('lifecycle.write') && <Button type="primary" onClick={() => change({ edit: NEW }, { push: true })}>{t('segments.new')}</Button>;
  const empty = <Empty title={t('segments.empty')} action={<Button onClick={() => go(paths.customers())}>{t('segments.empty.list')}</Button>}>{t('segments.empty.why')}</Empty>;
  return (
    <Page title={t('nav.customers.segments')} lead={<>{t('segments.lead')} <WhyButton label={t('segments.people')} definition={t('segments.people.why')} /></>} actions={add}>
      <SegmentViews at="segments" />
      <div className="segments-table">
        <DataTable name="segments" caption={t('nav.customers.segments')} columns={columns} rows={rows} rowKey={({ id }) => id} error={segments.error} onRetry={() => void segments.refetch()} onOpen={({ id }) => go(listOf(id))} empty={empty} expectedRows={6} />
      </div>
      {rows && rows.length > 0 && <p className="grey segments-foot">{t('segments.count', { count: rows.length })}</p>}
      <SegmentPanel id={may('lifecycle.write') ? (filters['edit'] ?? '') : ''} onClose={() => change({ edit: null })} />
    </Page>
  );
}

function useSegmentColumns(onEdit: (id: string) => void): Column<ListedSegment>[] {
  const t = useT();
  const may = useMay();
  const { day } = useFormats();
  const { data: catalogue } = useQuery(catalogueQuery);
  return [
    { key: 'name', title: t('segments.name'), phone: 'head', cell: ({ id, name, description }) => <span className="segment-name"><Anchor className="customer-name" to={listOf(id)} tabIndex={-1}>{name}</Anchor>{description && <span className="grey small">{description}</span>}</span> },
    { key: 'filter', title: t('segments.filter'), cell: ({ tree, sentence }) => <span className="segment-filter">{catalogue ? <FilterSentence tree={tree} catalogue={catalogue} /> : sentence}</span> },
    { key: 'people', title: t('segments.people'), numeric: true, cell: (segment) => <People segment={segment} /> },
    { key: 'reach', title: t('segments.reach'), cell: (segment) => <Reachable segment={segment} /> },
    { key: 'grown', title: t('segments.grown'), numeric: true, cell: ({ grown }) => (grown === null ? <span className="grey">—</span> : <Delta change={grown} unit="people" than={t('segments.grown.than')} />) },
    { key: 'made', title: t('segments.made'), cell: ({ ownerName, createdAt }) => <span className="grey">{t('segments.made.by', { name: ownerName || t('segments.made.program'), day: day(createdAt) })}</span> },
    { key: 'look', title: <span className="unseen">{t('segments.look')}</span>, cell: ({ id, name, kind }) => <span className="nowrap"><Anchor className="link" to={paths.segment(id)} aria-label={t('segments.look.of', { name })} tabIndex={-1}>{t('segments.look')}</Anchor>{kind === 'frozen' && <span className="grey small"> {t('segments.frozen')}</span>}</span> },
    ...(may('insight.write') ? [{ key: 'prove', title: <span className="unseen">{t('experiments.prove')}</span>, cell: ({ id, name }: ListedSegment) => <Anchor className="link nowrap" to={paths.newExperiment({ segment: id })} aria-label={t('experiments.prove.of', { name })} tabIndex={-1}>{t('experiments.prove')}</Anchor> }] : []),
    ...(may('lifecycle.write') ? [{ key: 'edit', title: <span className="unseen">{t('segments.actions')}</span>, phone: 'aside' as const, cell: ({ id, name }: ListedSegment) => <button type="button" className="plain link" aria-label={t('segments.edit.of', { name })} onClick={() => onEdit(id)}>{t('segments.edit')}</button> }] : []),
  ];
}

/** How many are in it, and how they can be reached. One whose membership is not kept asks for itself, so that one that cannot be counted any more says why and spoils nothing else. */
function useSize(segment: Segment) {
  const held = useQuery(heldSizesQuery), found = held.data?.rows.find(({ id }) => id === segment.id);
  const own = useQuery({ ...segmentSizeQuery(segment), enabled: held.isFetched && !found });
  return { size: found ?? own.data, error: own.error };
}

function People({ segment }: { segment: ListedSegment }) {
  const t = useT();
  const { count } = useFormats();
  const { size, error } = useSize(segment), people = size?.count ?? segment.people;
  if (error) return <span className="ochre segment-fault">{sentenceOf(t, error)}</span>;
  if (people === null) return <span className="grey" aria-busy="true">…</span>;
  return <Anchor className="strong" to={listOf(segment.id)} tabIndex={-1}>{count(people)}</Anchor>;
}

function Reachable({ segment }: { segment: Segment }) {
  const { size } = useSize(segment);
  return size ? <Reach channels={size.reach} of={size.count} /> : null;
}
