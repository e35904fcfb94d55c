import { Button } from 'antd';
import { useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { isKnown, useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { useWrite } from '../../lib/useWrite.ts';
import { paths } from '../../paths.ts';
import { Money } from '../../ui/Figure.tsx';
import { StageBadge } from '../../ui/StageBadge.tsx';
import type { Side } from '../customer/MergePanel.tsx';
import type { Review } from './reviewsQueries.ts';
import { CUSTOMER_MOVES } from '../customer/customerQueries.ts';

type Candidate = Review['customers'][number];
type ItemProps = { review: Review; onMerge: (pair: readonly [Side, Side]) => void };

const NONE: ReadonlySet<string> = new Set();

/** The identifier and why it is looked at, who stands beside it, and the two answers. */
export function ReviewItem({ review, onMerge }: ItemProps) {
  const t = useT();
  const { day } = useFormats();
  const { id, code, kind, scope, shown, openedAt, count, customers } = review;
  const [chosen, setChosen] = useState(NONE);
  const apart = useWrite(CUSTOMER_MOVES, () => api.post(`/identity/reviews/${id}/apart`, {}), { done: t('reviews.apart.done') });
  const two = customers.length === 2 ? customers : customers.filter((one) => chosen.has(one.id));
  const [first, second] = two;
  const pair = first && second && two.length === 2 ? ([first, second] as const) : undefined;
  const toggle = (customer: string): void => {
    const next = new Set(chosen);
    if (!next.delete(customer)) next.add(customer);
    setChosen(next);
  };
  return (
    <li className="review" aria-label={shown}>
      <header className="review-head">
        <h2>{shown} <span className="grey small">{isKnown(`identifier.kind.${kind}`) ? t(`identifier.kind.${kind}`) : kind}{scope && ` · ${scope}`}</span></h2>
        <p>{t(`review.${code}`)}{sameName(customers) && <>{t('segments.comma')}{t('reviews.sameName')}</>} <span className="grey small">{t('reviews.people', { count })} · {t('reviews.since', { day: day(openedAt) })}</span></p>
      </header>
      <ul className="review-people">
        {customers.map((one) => <CandidateLine key={one.id} one={one} {...(customers.length > 2 ? { chosen: chosen.has(one.id), onToggle: () => toggle(one.id) } : {})} />)}
        {count > customers.length && <li className="grey">{t('reviews.more', { count: count - customers.length })}</li>}
      </ul>
      <div className="row">
        <Button disabled={!pair} onClick={() => { if (pair) onMerge(pair); }}>{t('reviews.merge')}</Button>
        <Button type="text" loading={apart.isPending} onClick={() => apart.mutate(undefined)}>{t('reviews.apart')}</Button>
        {customers.length > 2 && !pair && <span className="grey small">{t('reviews.choose')}</span>}
      </div>
    </li>
  );
}

const plain = (name: string): string => name.replaceAll(/\s+/g, '').toLowerCase();
const sameName = (customers: readonly Candidate[]): boolean => customers.length === 2 && customers[0]?.name !== '' && plain(customers[0]?.name ?? '') === plain(customers[1]?.name ?? '');

function CandidateLine({ one, chosen, onToggle }: { one: Candidate; chosen?: boolean; onToggle?: () => void }) {
  const t = useT();
  const { day } = useFormats();
  const name = one.name || t('customers.nameless');
  return (
    <li>
      <span className="review-name">
        {onToggle && <input type="checkbox" checked={chosen ?? false} onChange={onToggle} aria-label={t('reviews.choose.of', { name })} />}
        <Anchor className="customer-name" to={paths.customer(one.id)}>{name}</Anchor>
      </span>
      <span className="grey review-known">{one.identifiers.slice(0, 3).map(({ shown }) => shown).join(' · ')}</span>
      <span>{one.stage ? <StageBadge stage={one.stage} /> : '—'}</span>
      <span>{t('reviews.orders', { count: one.orderCount ?? 0 })}{one.lastOn && <span className="grey"> · {t('reviews.last', { day: day(one.lastOn) })}</span>}</span>
      <span className="review-money"><Money minor={one.netMinor} /></span>
    </li>
  );
}
