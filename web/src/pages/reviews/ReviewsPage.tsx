import { useState } from 'react';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { paths } from '../../paths.ts';
import { Pager } from '../../ui/DataTable.tsx';
import { Notice } from '../../ui/Figure.tsx';
import { Page } from '../../ui/Page.tsx';
import { SidePanel } from '../../ui/SidePanel.tsx';
import { Empty, Loaded, Skeleton } from '../../ui/States.tsx';
import { usePages } from '../../ui/usePages.ts';
import { CompareTwo, type Side } from '../customer/MergePanel.tsx';
import { Limits } from './Limits.tsx';
import { ReviewItem } from './ReviewItem.tsx';
import { fetchReviews, PAGE_SIZE } from './reviewsQueries.ts';
import '../customer/customer.css';
import './reviews.css';

/** Who may be one person: each identifier several customers stand beside, with what is known of them, and the decision. */
export default function ReviewsPage() {
  const t = useT();
  const pages = usePages(['reviews'], fetchReviews);
  const [pair, setPair] = useState<readonly [Side, Side] | null>(null);
  const [merged, setMerged] = useState<string | null>(null);
  const done = (customer: string): void => {
    setPair(null);
    setMerged(customer);
  };
  return (
    <Page title={t('nav.customers.reviews')} lead={t('reviews.lead')}>
      {merged && <div role="status"><Notice>{t('reviews.merged')} <Anchor className="link" to={paths.customer(merged)}>{t('reviews.merged.open')}</Anchor></Notice></div>}
      <Loaded query={pages.query} skeleton={<Skeleton lines={10} />}>
        {({ rows }) => (rows.length === 0
          ? <Empty title={t('reviews.empty')}>{t('reviews.empty.why')}</Empty>
          : <ul className="reviews">{rows.map((review) => <ReviewItem key={review.id} review={review} onMerge={setPair} />)}</ul>)}
      </Loaded>
      {(pages.query.data?.rows.length ?? 0) > 0 && <Pager pages={pages} size={PAGE_SIZE} noun="reviews.count" />}
      <Limits />
      <SidePanel open={pair !== null} onClose={() => setPair(null)} title={t('customer.merge.title')}>{pair && <CompareTwo sides={pair} onMerged={done} />}</SidePanel>
    </Page>
  );
}
