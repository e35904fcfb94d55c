import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, ApiError } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { sentenceOf } from '../../lib/problem.ts';
import { paths } from '../../paths.ts';
import { Reach } from '../../ui/Figure.tsx';
import type { Tree } from '../../ui/FilterSentence.tsx';
import { previewQuery } from './segmentsQueries.ts';

/** What the server has against a part of a filter. */
export type Fault = { pointer: string; message: string } | undefined;
type PreviewProps = { tree: Tree; onFault?: (fault: Fault) => void };

const PATIENCE_MS = 300;
const SAMPLE = 5;

/** A filter that has stood still for a moment: nobody counts for each letter that is typed. */
function useCalm(tree: Tree): Tree {
  const [calm, setCalm] = useState(tree);
  useEffect(() => {
    const timer = setTimeout(() => setCalm(tree), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [tree]);
  return calm;
}

/** How many a filter would hold, how they can be reached and some of them, before it is saved. A number of another filter is never shown as of this one. */
export function SegmentPreview({ tree, onFault }: PreviewProps) {
  const t = useT();
  const calm = useCalm(tree);
  const preview = useQuery(previewQuery(calm));
  const { error } = preview;
  useEffect(() => {
    const pointer = error instanceof ApiError ? error.problem.facts?.['pointer'] : undefined;
    onFault?.(typeof pointer === 'string' && pointer.startsWith('/root') ? { pointer, message: sentenceOf(t, error) } : undefined);
  }, [error, t, onFault]);
  const isOld = calm !== tree || preview.isPlaceholderData || preview.isFetching;
  if (error && calm === tree) return <p className="act small" role="alert">{sentenceOf(t, error)}</p>;
  return (
    <div className="segment-preview-box" aria-busy={isOld}>
      <p className={isOld ? 'segment-preview fading' : 'segment-preview'} role="status">
        {isOld || !preview.data ? <span className="grey">{t('segments.counting')}</span> : <><span className="strong">{t('segments.preview', { count: preview.data.count })}</span><Reach channels={preview.data.reach} of={preview.data.count} /></>}
      </p>
      {!isOld && preview.data && preview.data.count > 0 && <Sample tree={calm} />}
    </div>
  );
}

/** The first few by what they brought. */
function Sample({ tree }: { tree: Tree }) {
  const t = useT();
  const sample = useQuery({ queryKey: ['segments', 'sample', tree], staleTime: 60_000, retry: false, queryFn: () => api.post<{ rows: { id: string; name: string }[] }>('/customers/query', { tree, sort: 'net_minor', limit: SAMPLE }) });
  if (!sample.data) return null;
  return <p className="small segment-sample"><span className="grey">{t('segments.sample')}</span> {sample.data.rows.map(({ id, name }) => <Anchor key={id} className="link" to={paths.customer(id)}>{name || id.slice(0, 8)}</Anchor>)}</p>;
}
