import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor, useFilters } from '../../lib/location.tsx';
import { sentenceOf } from '../../lib/problem.ts';
import { useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { paths } from '../../paths.ts';
import { FilterSentence, type Tree } from '../../ui/FilterSentence.tsx';
import { experimentFor } from '../experiments/people.ts';
import { segmentQuery, type Segment, type SegmentDetail } from '../segments/segmentsQueries.ts';
import { catalogueQuery, EVERYBODY, isEverybody, keptTree, sameTree, tagKeysQuery, treeIn } from './customersQueries.ts';
import { SaveSegment } from './SaveSegment.tsx';

/** Whom the list shows: the conditions in the address, or those of the segment it names. `waiting`: the segment is still being read. */
export type Shown = { tree: Tree; segment: SegmentDetail | undefined; error: unknown; waiting: boolean };

export function useShown(): Shown {
  const [filters] = useFilters();
  const id = filters['segment'] ?? '';
  const own = treeIn(filters);
  const { data, error } = useQuery({ ...segmentQuery(id), enabled: id !== '' });
  const segment = id === '' ? undefined : data;
  return { tree: own ?? segment?.tree ?? EVERYBODY, segment, error: id !== '' && !own ? error : null, waiting: id !== '' && !own && !segment };
}

/** The filter as a sentence; every part of it can be opened and changed, and the whole kept as a segment. */
export function ShownFilter({ shown }: { shown: Shown }) {
  const t = useT();
  const [filters, change] = useFilters();
  const catalogue = useQuery(catalogueQuery);
  const tags = useQuery(tagKeysQuery);
  const { tree, segment, error, waiting } = shown;
  if (error) return <><span className="ochre">{sentenceOf(t, error)}</span> <Anchor className="link" to={paths.segments()}>{t('segments.all')}</Anchor></>;
  if (!catalogue.data || waiting) return <span className="grey">{t('customers.filter')}</span>;
  const kept = keptTree(filters, tree);
  const edit = (next: Tree): void => {
    const same = segment ? sameTree(next, segment.tree) : isEverybody(next);
    change({ where: same ? null : JSON.stringify(next) }, { push: true });
  };
  return (
    <>
      {segment ? <SegmentName segment={segment} changed={!sameTree(kept, segment.tree)} /> : <span className="grey">{t('customers.filter')} </span>}
      <FilterSentence tree={tree} catalogue={catalogue.data} tags={tags.data ?? []} onChange={edit} />
      {(segment || !isEverybody(tree)) && <button type="button" className="plain grey sentence-add" onClick={() => change({ where: null, segment: null })}>{t(segment ? 'segments.leave' : 'customers.clear')}</button>}
      <Keeping kept={kept} segment={segment} />
      <Prove kept={kept} segment={segment} />
    </>
  );
}

function SegmentName({ segment, changed }: { segment: Segment; changed: boolean }) {
  const t = useT();
  return <span className="grey">{t('segments.shown')} <span className="shown-segment">{segment.name}</span>{changed && <> {t('segments.changed')}</>}{t('segments.colon')}</span>;
}

const KEPT_AS_IT_WAS = { where: null, stage: null, rfm: null } as const;

/** What can be done with conditions that are no segment yet: keep them under a name, put them back into theirs, or give them up. */
function Keeping({ kept, segment }: { kept: Tree; segment: Segment | undefined }) {
  const t = useT();
  const may = useMay();
  const [, change] = useFilters();
  const [naming, setNaming] = useState(false);
  const back = useWrite(['segments'], () => api.patch<Segment>(`/segments/${segment?.id}`, { version: segment?.version, tree: kept }), { done: t('segments.saved'), after: () => change(KEPT_AS_IT_WAS) });
  if (segment ? sameTree(kept, segment.tree) : isEverybody(kept)) return null;
  const mayKeep = may('lifecycle.write');
  return (
    <span className="shown-keep">
      {mayKeep && segment && <button type="button" className="plain link" disabled={back.isPending} onClick={() => back.mutate()}>{t('segments.keep.back')}</button>}
      {mayKeep && <button type="button" className="plain link" onClick={() => setNaming(true)}>{t(segment ? 'segments.keep.as' : 'segments.keep')}</button>}
      {segment && <button type="button" className="plain grey" onClick={() => change(KEPT_AS_IT_WAS)}>{t('segments.keep.undo')}</button>}
      {naming && <SaveSegment tree={kept} onClose={() => setNaming(false)} onSaved={({ id }) => change({ ...KEPT_AS_IT_WAS, segment: id }, { push: true })} />}
    </span>
  );
}

/** From the people shown to the proof of what is done with them. */
function Prove({ kept, segment }: { kept: Tree; segment: Segment | undefined }) {
  const t = useT();
  const may = useMay();
  if (!may('insight.write') || isEverybody(kept)) return null;
  const same = segment && sameTree(kept, segment.tree);
  return <Anchor className="link sentence-add" to={experimentFor(same ? { segment: segment.id } : { tree: kept })}>{t('experiments.prove')}</Anchor>;
}
