import { useQuery } from '@tanstack/react-query';
import { useT } from '../../lib/language.tsx';
import { sentenceOf } from '../../lib/problem.ts';
import { Reach } from '../../ui/Figure.tsx';
import type { Tree } from '../../ui/FilterSentence.tsx';
import { previewQuery } from './segmentsQueries.ts';

/** How many a filter would hold and how they can be reached, before it is saved. */
export function SegmentPreview({ tree }: { tree: Tree }) {
  const t = useT();
  const preview = useQuery(previewQuery(tree));
  if (preview.error) return <p className="act small" role="alert">{sentenceOf(t, preview.error)}</p>;
  return (
    <p className={preview.isPlaceholderData ? 'segment-preview fading' : 'segment-preview'} role="status">
      {preview.data ? <><span className="strong">{t('segments.preview', { count: preview.data.count })}</span><Reach channels={preview.data.reach} of={preview.data.count} /></> : <span className="grey">{t('kit.loading')}</span>}
    </p>
  );
}
