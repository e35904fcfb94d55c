import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { Button } from 'antd';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor, useFilters, useGo } from '../../lib/location.tsx';
import { sentenceOf } from '../../lib/problem.ts';
import { useData, useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { paths } from '../../paths.ts';
import { Chart } from '../../ui/chart/Chart.tsx';
import { KeyFigure, Reach } from '../../ui/Figure.tsx';
import { FilterSentence } from '../../ui/FilterSentence.tsx';
import { Figures, Page, Section } from '../../ui/Page.tsx';
import { Failure, Loaded, Skeleton } from '../../ui/States.tsx';
import { catalogueQuery } from '../customers/customersQueries.ts';
import { SegmentPanel } from './SegmentPanel.tsx';
import { SegmentPast } from './SegmentPast.tsx';
import { SegmentPersonas } from './SegmentPersonas.tsx';
import { SegmentUses } from './SegmentUses.tsx';
import { SegmentPortrait } from './SegmentPortrait.tsx';
import { SegmentWhy } from './SegmentWhy.tsx';
import { type Segment, type SegmentDetail, segmentQuery, segmentSizeQuery, segmentsQuery, sizesQuery } from './segmentsQueries.ts';
import './segments.css';

export default function SegmentPage() {
  const { id = '' } = useParams({ strict: false });
  const t = useT(), segment = useQuery(segmentQuery(id));
  if (segment.error && !segment.data) return <Page title={t('nav.customers.segments')}><Failure error={segment.error} onRetry={() => void segment.refetch()} /></Page>;
  return <Loaded query={segment} skeleton={<div className="page"><Skeleton lines={8} /></div>}>{(data) => <Told segment={data} />}</Loaded>;
}

/** One segment: who it means, how many, how that changed, what sets them apart, and why somebody is in it. */
function Told({ segment }: { segment: SegmentDetail }) {
  const t = useT();
  const may = useMay();
  const { day } = useFormats();
  const [filters, change] = useFilters();
  const { id, name, kind, origin, sentence } = segment;
  const { data: catalogue } = useQuery(catalogueQuery);
  const lead = origin ? t('segments.frozen.lead', { people: origin.people, day: day(origin.day), sentence: origin.sentence }) : catalogue ? <FilterSentence tree={segment.tree} catalogue={catalogue} /> : sentence;
  const actions = (
    <>
      <Anchor className="link" to={paths.customers({ segment: id })}>{t('segments.toPeople')}</Anchor>
      {may('lifecycle.write') && kind === 'dynamic' && <Freeze segment={segment} />}
      {may('lifecycle.write') && <Button onClick={() => change({ edit: id })}>{t('segments.edit')}</Button>}
    </>
  );
  return (
    <Page title={name} lead={lead} actions={actions}>
      <Now segment={segment} />
      {kind === 'dynamic' && <><Section title={t('segments.sizes')}><Sizes id={id} /></Section><SegmentPast id={id} /></>}
      <SegmentPortrait id={id} name={name} />
      <SegmentWhy id={id} />
      <SegmentPersonas id={id} />
      <SegmentPanel id={may('lifecycle.write') ? (filters['edit'] ?? '') : ''} onClose={() => change({ edit: null })} />
    </Page>
  );
}

function Now({ segment }: { segment: Segment }) {
  const t = useT();
  const { count } = useFormats();
  const size = useQuery(segmentSizeQuery(segment));
  const listed = useQuery(segmentsQuery);
  const held = listed.data?.rows.find(({ id }) => id === segment.id);
  if (size.error) return <p className="ochre">{sentenceOf(t, size.error)}</p>;
  return (
    <Figures>
      <KeyFigure label={t('segments.people')} value={size.data ? count(size.data.count) : '…'} note={size.data && <Reach channels={size.data.reach} of={size.data.count} />} />
      <KeyFigure label={t('segments.grown')} value={held?.grown == null ? '—' : `${held.grown > 0 ? '+' : ''}${count(held.grown)}`} />
      <KeyFigure label={t('segments.usedBy')} value={count(held?.usedBy.length ?? null)} note={held && held.usedBy.length > 0 && <SegmentUses uses={held.usedBy} />} />
    </Figures>
  );
}

function Freeze({ segment }: { segment: Segment }) {
  const t = useT();
  const go = useGo();
  const { day } = useFormats();
  const { until } = useData();
  const freeze = useWrite(['segments'], () => api.post<Segment>('/segments/freeze', { segment: segment.id, name: t('segments.freeze.name', { name: segment.name, day: day(until ?? '') }) }), { done: t('segments.freeze.done'), after: () => go(paths.segments()) });
  return <Button loading={freeze.isPending} onClick={() => freeze.mutate()}>{t('segments.freeze')}</Button>;
}

function Sizes({ id }: { id: string }) {
  const t = useT();
  const { count, shortDay } = useFormats();
  const sizes = useQuery(sizesQuery(id));
  return (
    <Loaded query={sizes} skeleton={<Skeleton height={160} />}>{({ rows }) => (rows.length < 2 ? <p className="grey">{t('segments.sizes.none')}</p> : (
      <Chart finding={t('segments.preview', { count: rows.at(-1)?.people ?? 0 })} csvName="segment-size" label={t('segments.sizes')} height={200}
        table={{ header: [t('segments.sizes.day'), t('segments.people')], rows: rows.map(({ day, people }) => ({ cells: [day, people], shown: [shortDay(day), count(people)] })) }}
        option={{ xAxis: { type: 'category', data: rows.map(({ day }) => shortDay(day)) }, yAxis: { type: 'value', scale: true }, series: [{ type: 'line', data: rows.map(({ people }) => people), showSymbol: rows.length < 30 }] }} />
    ))}</Loaded>
  );
}
