import { useQuery } from '@tanstack/react-query';
import { useFormats } from '../../../lib/format.ts';
import { useT } from '../../../lib/language.tsx';
import { Anchor, useFilters } from '../../../lib/location.tsx';
import { sentenceOf } from '../../../lib/problem.ts';
import { useCurrency } from '../../../lib/session.ts';
import { paths } from '../../../paths.ts';
import { Section } from '../../../ui/Page.tsx';
import { Skeleton } from '../../../ui/States.tsx';
import { FindCustomer } from '../FindCustomer.tsx';
import { type CustomerLayersReply, customerLayersQuery, type LayerKey, valueKey } from './layersQueries.ts';

/** Why somebody stands where they stand: what is known of them beside where high begins. */
export function LayerWhy() {
  const t = useT();
  const [filters, change] = useFilters();
  const customer = filters['why'] ?? '';
  const why = useQuery(customerLayersQuery(customer));
  return (
    <Section title={t('layers.why')}>
      <FindCustomer picked={customer} onPick={(id) => change({ why: id })} />
      {customer !== '' && (why.error ? <p className="ochre" role="alert">{sentenceOf(t, why.error)}</p> : !why.data ? <Skeleton lines={4} /> : <Told why={why.data} customer={customer} />)}
    </Section>
  );
}

function Told({ why, customer }: { why: CustomerLayersReply; customer: string }) {
  const t = useT();
  return (
    <>
      <dl className="layer-why">
        {why.layers.map(({ layer, value }) => <div key={layer}><dt className="grey">{t(`field.${layer}`)}</dt><dd className="strong">{t(valueKey(layer, value))}</dd><dd><Because layer={layer} why={why} /></dd></div>)}
      </dl>
      <p><Anchor className="link" to={paths.customer(customer)}>{t('layers.toCustomer')}</Anchor></p>
    </>
  );
}

function Because({ layer, why: { facts, cuts, windowDays } }: { layer: LayerKey; why: CustomerLayersReply }) {
  const t = useT();
  const { moneyRound, count } = useFormats();
  const currency = useCurrency();
  const money = (minor: number | null): string => (minor === null ? '—' : moneyRound(minor, currency));
  return t(`layers.because.${layer}`, {
    days: windowDays, business: facts.isBusiness ? 'yes' : 'no', orders: facts.orders, spend: money(facts.spendMinor), net: money(facts.netMinor), all: facts.allOrders, word: facts.word > 0 ? 'good' : facts.word < 0 ? 'bad' : 'none', stage: t(`stage.${facts.stage || 'none'}`),
    needOrders: count(cuts.frequencyOrders), needSpend: money(cuts.spendMinor), needHighEnd: money(cuts.highEndMinor), needHigh: money(cuts.levelHighMinor), needMiddle: money(cuts.levelMiddleMinor), needLoyal: count(cuts.loyaltyOrders), industry: facts.industry ?? 'none',
  });
}
