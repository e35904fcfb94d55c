import type { ReactNode } from 'react';
import { useFormats } from '../lib/format.ts';
import { useT } from '../lib/language.tsx';

type ProgressProps = { label: ReactNode; done: number; total: number | null; ratePerSecond?: number | null; remainingSeconds?: number | null };

/** How far, how fast, how long still. An unknown total shows what is done and no bar end. */
export function Progress({ label, done, total, ratePerSecond, remainingSeconds }: ProgressProps) {
  const t = useT();
  const { count, percent } = useFormats();
  const share = total ? Math.min(1, done / total) : null;
  return (
    <div className="progress">
      <div className="spread"><span>{label}</span><span className="number">{share === null ? count(done) : `${count(done)} / ${count(total)} · ${percent(share, 0)}`}</span></div>
      <div className={share === null ? 'progress-track open' : 'progress-track'} role="progressbar" aria-valuemin={0} aria-valuemax={100} {...(share === null ? {} : { 'aria-valuenow': Math.round(share * 100) })} aria-label={typeof label === 'string' ? label : t('kit.progress')}>
        <i style={{ width: share === null ? '30%' : `${share * 100}%` }} />
      </div>
      {(ratePerSecond || remainingSeconds) && <p className="grey small">{ratePerSecond ? t('kit.progress.rate', { rate: Math.round(ratePerSecond) }) : ''}{ratePerSecond && remainingSeconds ? ' · ' : ''}{remainingSeconds ? t('kit.progress.left', { seconds: Math.ceil(remainingSeconds) }) : ''}</p>}
    </div>
  );
}
