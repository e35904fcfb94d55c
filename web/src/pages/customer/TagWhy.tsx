import { useQuery } from '@tanstack/react-query';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useCurrency } from '../../lib/session.ts';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { tagWhyQuery, type TagWhy } from './customerQueries.ts';

/** Why a customer bears the value of a tag: what it was made of, and whether the rule still says so. */
export function TagWhyPanel({ customer, tag }: { customer: string; tag: string }) {
  const why = useQuery(tagWhyQuery(customer, tag));
  return <Loaded query={why} skeleton={<Skeleton lines={5} />}>{(told) => <Told why={told} />}</Loaded>;
}

function Told({ why: { value, since, version, now, asOf, seen, figure } }: { why: TagWhy }) {
  const t = useT();
  const { day } = useFormats();
  return (
    <div className="stack">
      <dl className="pairs">
        <div><dt>{t('customer.tag.why.value')}</dt><dd>{value}</dd></div>
        <div><dt>{t('customer.tag.why.since')}</dt><dd>{day(since)}</dd></div>
        <div><dt>{t('customer.tag.why.version')}</dt><dd>v{version}</dd></div>
        {figure && <Figure figure={figure} />}
      </dl>
      {now === null && <p className="ochre">{t('customer.tag.why.kept', { day: day(asOf) })}</p>}
      {now !== null && now !== value && <p className="ochre">{t('customer.tag.why.other', { day: day(asOf), now })}</p>}
      {seen.length > 0 && <Seen seen={seen} />}
    </div>
  );
}

function Figure({ figure: { number, money: isMoney, from, until } }: { figure: NonNullable<TagWhy['figure']> }) {
  const t = useT();
  const { money, decimal } = useFormats();
  const currency = useCurrency();
  const shown = (value: number): string => (isMoney ? money(value, currency) : decimal(value, Number.isInteger(value) ? 0 : 1));
  const key = from === null ? (until === null ? 'all' : 'below') : until === null ? 'from' : 'between';
  return (
    <>
      <div><dt>{t('customer.tag.why.figure')}</dt><dd>{number === null ? '—' : shown(number)}</dd></div>
      <div><dt>{t('customer.tag.why.band')}</dt><dd>{t(`customer.tag.why.${key}`, { from: from === null ? '' : shown(from), until: until === null ? '' : shown(until) })}</dd></div>
    </>
  );
}

function Seen({ seen }: { seen: TagWhy['seen'] }) {
  const t = useT();
  const { count, day } = useFormats();
  return (
    <div className="table-scroll" tabIndex={0}>
      <table className="data compact">
        <caption>{t('customer.tag.why.seen')}</caption>
        <thead><tr><th scope="col">{t('customer.tag.why.value')}</th><th scope="col" className="number">{t('customer.tag.why.times')}</th><th scope="col">{t('customer.tag.why.first')}</th><th scope="col">{t('customer.tag.why.last')}</th></tr></thead>
        <tbody>{seen.map((one) => <tr key={one.value}><td>{one.value}</td><td className="number">{count(one.times)}</td><td className="nowrap">{day(one.first)}</td><td className="nowrap">{day(one.last)}</td></tr>)}</tbody>
      </table>
    </div>
  );
}
