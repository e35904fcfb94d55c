import { Button } from 'antd';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ApiError } from '../lib/api.ts';
import { useT } from '../lib/language.tsx';
import { Anchor } from '../lib/location.tsx';
import { isNowhere, sentenceOf } from '../lib/problem.ts';
import { paths } from '../paths.ts';

/** Grey lines where text will stand; the layout is known, so nothing spins and nothing jumps. */
export function Skeleton({ lines = 3, height }: { lines?: number; height?: number }) {
  const t = useT();
  return (
    <div className="skeleton" role="status" style={height ? { height } : undefined}>
      <span className="unseen">{t('kit.loading')}</span>
      {height ? <i style={{ height: '100%' }} /> : Array.from({ length: lines }, (_, line) => <i key={line} style={{ width: `${88 - ((line * 37) % 45)}%` }} />)}
    </div>
  );
}

/** Nothing here yet: why, and the next step. */
export function Empty({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty">
      <p className="strong">{title}</p>
      {children && <div className="grey">{children}</div>}
      {action && <div className="row">{action}</div>}
    </div>
  );
}

/** What failed, in words, and a way to try again. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const t = useT();
  const status = error instanceof ApiError ? error.problem.status : 0;
  const gone = status === 404 || isNowhere(error);
  return (
    <div className="failure" role="alert">
      <p>{sentenceOf(t, error)}</p>
      {onRetry && !gone && status !== 403 && <Button onClick={onRetry}>{t('problem.again')}</Button>}
      {gone && <Anchor to={paths.home()}>{t('missing.home')}</Anchor>}
    </div>
  );
}

/** A query in its three states; the newest data stays in sight while a newer answer is on its way. */
export function Loaded<T>({ query, skeleton, children }: { query: UseQueryResult<T>; skeleton?: ReactNode; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return <div className={query.isPlaceholderData ? 'fading' : undefined}>{children(query.data)}</div>;
  if (query.error) return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  return skeleton ?? <Skeleton />;
}
