import { useQuery } from '@tanstack/react-query';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor, useGo } from '../../lib/location.tsx';
import { useCurrency, useMay } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { type Column, DataTable } from '../../ui/DataTable.tsx';
import { Section } from '../../ui/Page.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { type Referrals, referralsQuery } from './moneyQueries.ts';

const FIRST = 10;
type Referrer = Referrals['rows'][number];

/** Direct and indirect value: a friend's profit stands once in the total, and once as what the recommendation brought (R31). */
export function ReferralPart() {
  const may = useMay();
  const query = useQuery({ ...referralsQuery, enabled: may('customers.read') });
  if (!may('customers.read')) return null;
  return <Loaded query={query} skeleton={<Skeleton lines={6} />}>{(data) => <Told data={data} />}</Loaded>;
}

function Told({ data: { profitMinor, ofItByReferralMinor, told, matched, rows } }: { data: Referrals }) {
  const t = useT();
  const go = useGo();
  const { moneyRound, percent, count } = useFormats();
  const currency = useCurrency();
  const columns: Column<Referrer>[] = [
    { key: 'name', title: t('customers.col.name'), phone: 'head', cell: ({ customerId, name }) => <Anchor to={paths.customer(customerId)} tabIndex={-1}>{name || t('customers.nameless')}</Anchor> },
    { key: 'brought', title: t('money.referral.brought'), numeric: true, cell: ({ broughtCustomers }) => count(broughtCustomers) },
    { key: 'direct', title: t('money.referral.direct'), numeric: true, cell: ({ directMinor }) => moneyRound(directMinor, currency) },
    { key: 'indirect', title: t('money.referral.indirect'), numeric: true, phone: 'aside', cell: ({ indirectMinor }) => moneyRound(indirectMinor, currency) },
  ];
  if (told === 0) return <Section title={t('money.referral.title')} note={t('money.referral.none')}>{null}</Section>;
  return (
    <Section
      title={t('money.referral.finding', { money: moneyRound(ofItByReferralMinor, currency), share: percent(profitMinor > 0 ? ofItByReferralMinor / profitMinor : null) })}
      note={t('money.referral.note', { told, matched })}
    >
      <DataTable name="referrers" caption={t('money.referral.title')} columns={columns} rows={rows.slice(0, FIRST)} rowKey={({ customerId }) => customerId} onOpen={({ customerId }) => go(paths.customer(customerId))} />
    </Section>
  );
}
