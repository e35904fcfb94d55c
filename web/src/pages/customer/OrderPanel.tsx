import { useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import type { orderDetailShape } from '../../../../src/collect/contract.ts';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { usePromotionName } from '../../lib/promotions.ts';
import { useCurrency } from '../../lib/session.ts';
import { SidePanel } from '../../ui/SidePanel.tsx';
import { Loaded } from '../../ui/States.tsx';

type Detail = z.infer<typeof orderDetailShape>;

/** One order with its lines and refunds. `link` is the address the timeline gave for it. */
export function OrderPanel({ link, onClose }: { link: string | null; onClose: () => void }) {
  const orderNo = link ? (new URL(link, location.origin).searchParams.get('orderNo') ?? '') : '';
  return <SidePanel open={link !== null} onClose={onClose} title={orderNo}>{link && <Order link={link} />}</SidePanel>;
}

function Order({ link }: { link: string }) {
  const asked = Object.fromEntries(new URL(link, location.origin).searchParams);
  const order = useQuery({ queryKey: ['order', asked], queryFn: ({ signal }) => api.get<Detail>('/orders/detail', asked, signal) });
  return <Loaded query={order}>{(detail) => <Told detail={detail} />}</Loaded>;
}

function Told({ detail: { order, lines, refunds } }: { detail: Detail }) {
  const t = useT();
  const { count, day, money } = useFormats();
  const currency = useCurrency();
  const promotionName = usePromotionName();
  const facts: readonly [string, string][] = [
    [t('customers.col.last'), day(order.day)], [t('order.amount'), money(order.amountMinor, currency)],
    ...(order.refundedMinor === 0 ? [] : [[t('order.refunded'), money(-order.refundedMinor, currency)] as [string, string]]),
    [t('order.net'), money(order.netMinor, currency)], [t('order.shipping'), money(order.shippingMinor, currency)],
    ...(order.discountMinor === 0 ? [] : [[t('order.discount'), money(order.discountMinor, currency)] as [string, string]]),
    ...[[t('bar.shop'), order.shop], [t('order.promo'), promotionName(order.promo)], [t('order.coupon'), order.coupon], [t('order.place'), [order.province, order.city].filter(Boolean).join(' ')]].filter((pair): pair is [string, string] => Boolean(pair[1])),
  ];
  return (
    <div className="stack">
      <dl className="pairs">{facts.map(([name, text]) => <div key={name}><dt className="grey">{name}</dt><dd>{text}</dd></div>)}</dl>
      <div className="table-scroll" tabIndex={0}>
        <table className="data compact">
          <caption className="unseen">{t('order.lines')}</caption>
          <thead><tr><th scope="col">{t('order.product')}</th><th scope="col">{t('order.sku')}</th><th scope="col" className="number">{t('order.quantity')}</th><th scope="col" className="number">{t('order.amount')}</th></tr></thead>
          <tbody>{lines.map(({ sku, occurrence, name, quantity, amountMinor }) => <tr key={`${sku} ${occurrence}`}><td className="wrap">{name || '—'}</td><td>{sku}</td><td className="number">{count(quantity)}</td><td className="number">{money(amountMinor, currency)}</td></tr>)}</tbody>
        </table>
      </div>
      {refunds.length > 0 && <dl className="pairs">{refunds.map(({ refundNo, day: on, amountMinor, reason }) => <div key={refundNo}><dt className="grey">{t('timeline.refund', { reference: refundNo })} · {day(on)}{reason && ` · ${reason}`}</dt><dd>{money(-amountMinor, currency)}</dd></div>)}</dl>}
    </div>
  );
}
