import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { sentenceOf } from '../../lib/problem.ts';
import { useCurrency } from '../../lib/session.ts';
import { Reach } from '../../ui/Figure.tsx';
import { Skeleton } from '../../ui/States.tsx';
import type { Held } from './draft.ts';
import type { Preview } from './experimentsQueries.ts';
import { usePoints } from './usePoints.ts';

/** What a draw would come to, counted anew at every change. */
export function Comes({ preview, held, children }: { preview: UseQueryResult<Preview>; held: Held; children: ReactNode }) {
  const t = useT();
  const { count, money } = useFormats();
  const points = usePoints();
  const currency = useCurrency();
  const { data, error } = preview;
  if (error) return <><p className="act" role="alert">{sentenceOf(t, error)}</p>{children}</>;
  if (!data) return <Skeleton lines={6} />;
  return (
    <div className={preview.isPlaceholderData ? 'fading' : undefined}>
      <h2>{t('experiments.comes')}</h2>
      <p className="comes-people" role="status"><span className="figure">{count(data.eligible)}</span> <span className="grey">{t('experiments.comes.of', { people: data.audience })}</span></p>
      <p className="comes-split" aria-hidden="true"><i style={{ flex: Math.max(data.treated, 0.001), background: 'var(--accent)' }} /><i style={{ flex: Math.max(data.control, 0.001), background: 'var(--holdout)' }} /></p>
      <p className="row"><span className="legend"><i style={{ background: 'var(--accent)' }} />{t('experiments.treated')} {count(data.treated)}</span><span className="legend"><i style={{ background: 'var(--holdout)' }} />{t('experiments.control')} {count(data.control)}</span></p>
      {Object.entries(data.excluded).map(([why, people]) => <p key={why} className="grey small">{t(`experiments.excluded.${why}`, { people })}</p>)}
      <p><Reach channels={Object.fromEntries(data.channels.map(({ channel, assigned }) => [channel, assigned]))} of={data.eligible} /></p>
      <dl className="comes-figures">
        <div><dt>{t('experiments.comes.cost')}</dt><dd className="strong">{money(data.costMinor, currency)}</dd></div>
        <div><dt>{t('experiments.comes.detect')}</dt><dd className="strong">{data.detectable === null ? '—' : points(data.detectable)}</dd></div>
      </dl>
      {held.plan.holdOut === 0 && <p className="act small" role="alert">{t('experiments.comes.noControl')}</p>}
      {data.detectable !== null && <p className="grey small">{t('experiments.comes.detect.why', { detectable: points(data.detectable) })}</p>}
      {children}
    </div>
  );
}
