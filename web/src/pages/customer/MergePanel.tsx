import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { type FormEvent, useDeferredValue, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { isKnown, useT } from '../../lib/language.tsx';
import { useGo } from '../../lib/location.tsx';
import { sentenceOf } from '../../lib/problem.ts';
import { useCurrency } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { paths } from '../../paths.ts';
import { Field } from '../../ui/Field.tsx';
import { ReachMarks } from '../../ui/Figure.tsx';
import { StageBadge } from '../../ui/StageBadge.tsx';
import { type Customer, CUSTOMER_MOVES, findQuery, type Found } from './customerQueries.ts';

/** First who else, then both side by side, then why: merging is looked at before it is done. */
export function MergePanel({ customer, onDone }: { customer: Customer; onDone: () => void }) {
  const go = useGo();
  const [other, setOther] = useState<Found | null>(null);
  const merged = (id: string): void => {
    onDone();
    go(paths.customer(id), { replace: true });
  };
  return other ? <CompareTwo sides={[customer, other]} onBack={() => setOther(null)} onMerged={merged} /> : <FindOther customer={customer} onPick={setOther} />;
}

function FindOther({ customer, onPick }: { customer: Customer; onPick: (found: Found) => void }) {
  const t = useT();
  const [text, setText] = useState('');
  const wanted = useDeferredValue(text.trim());
  const { data, error, isFetching } = useQuery(findQuery(wanted));
  const found = (data?.rows ?? []).filter(({ id }) => id !== customer.id);
  const ready = [...wanted].length >= 2;
  return (
    <div className="stack">
      <p>{t('customer.merge.lead', { name: customer.name || t('customers.nameless') })}</p>
      <Field label={t('customer.merge.find')} hint={t('customers.find')}>{(ids) => <input {...ids} className="input" type="search" autoFocus value={text} onChange={(event) => setText(event.target.value)} />}</Field>
      <ul className="merge-found" aria-label={t('bar.search.results')}>
        {found.map((one) => (
          <li key={one.id}>
            <button type="button" className="plain" onClick={() => onPick(one)}>
              <span className="strong">{one.name || t('customers.nameless')}</span>
              <span className="grey">{one.identifiers.slice(0, 2).map(({ shown }) => shown).join(' · ')}</span>
              {one.stage && <StageBadge stage={one.stage} />}
            </button>
          </li>
        ))}
      </ul>
      <p className="grey small" aria-live="polite">{error ? sentenceOf(t, error) : ready && !isFetching && found.length === 0 ? t('bar.search.none', { text: wanted }) : ''}</p>
    </div>
  );
}

const sum = (a: number | null, b: number | null): number => (a ?? 0) + (b ?? 0);
/** A receiver's telephone is written beside a customer, but names nobody. */
const held = ({ identifiers }: Side) => identifiers.filter(({ kind }) => kind !== 'receiver_phone');

type CompareProps = { sides: readonly [Side, Side]; onBack?: () => void; onMerged: (customer: string) => void };

/** Two customers side by side, whose values stand, and what they would be together: looked at before they are made one. */
export function CompareTwo({ sides: [customer, other], onBack, onMerged }: CompareProps) {
  const t = useT();
  const { money } = useFormats();
  const currency = useCurrency();
  const [keep, setKeep] = useState(customer.id);
  const [reason, setReason] = useState('');
  const absorb = keep === customer.id ? other.id : customer.id;
  const merge = useWrite(CUSTOMER_MOVES, () => api.post<{ customer: string }>('/customers/merge', { keep, absorb, reason: reason.trim() }), {
    done: t('customer.merge.done'), after: (made) => onMerged(made.customer),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    merge.mutate(undefined);
  };
  return (
    <form className="stack merge-form" onSubmit={submit}>
      <SideBySide sides={[customer, other]} keep={keep} onKeep={setKeep} />
      <p>{t('customer.merge.means')}</p>
      <p>{t('customer.merge.together', { orders: sum(customer.orderCount, other.orderCount), money: money(sum(customer.netMinor, other.netMinor), currency), identifiers: held(customer).length + held(other).length })}</p>
      <Field label={t('customer.merge.reason')} hint={t('customer.merge.reason.hint')}>{(ids) => <input {...ids} className="input" maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />}</Field>
      <div className="row">
        <Button type="primary" htmlType="submit" loading={merge.isPending} disabled={reason.trim().length < 3}>{t('customer.merge.go')}</Button>
        {onBack && <Button type="text" onClick={onBack}>{t('customer.merge.other')}</Button>}
      </div>
    </form>
  );
}

export type Side = Pick<Found, 'id' | 'name' | 'stage' | 'orderCount' | 'netMinor' | 'firstOn' | 'lastOn' | 'reach' | 'identifiers'>;

function SideBySide({ sides, keep, onKeep }: { sides: readonly [Side, Side]; keep: string; onKeep: (id: string) => void }) {
  const t = useT();
  const { count, day, money } = useFormats();
  const currency = useCurrency();
  const identifiers = (side: Side) => side.identifiers.map(({ subject, kind, shown }) => <span key={subject} className="merge-identifier">{isKnown(`identifier.kind.${kind}`) ? t(`identifier.kind.${kind}`) : kind} {shown}</span>);
  const lines: readonly [string, (side: Side) => React.ReactNode][] = [
    [t('customers.col.stage'), ({ stage }) => (stage ? <StageBadge stage={stage} /> : '—')], [t('customer.orders'), ({ orderCount }) => count(orderCount)],
    [t('customer.net'), ({ netMinor }) => money(netMinor, currency)], [t('customers.col.first'), ({ firstOn }) => day(firstOn)], [t('customer.last'), ({ lastOn }) => day(lastOn)],
    [t('customer.identifiers'), identifiers], [t('customers.col.reach'), ({ reach }) => <ReachMarks channels={reach} />],
  ];
  return (
    <div className="table-scroll" tabIndex={0}>
      <table className="data compact merge-sides">
        <caption className="unseen">{t('customer.merge')}</caption>
        <thead><tr><td />{sides.map(({ id, name }) => <th key={id} scope="col" className="wrap strong">{name || t('customers.nameless')}</th>)}</tr></thead>
        <tbody>
          {lines.map(([name, cell]) => <tr key={name}><th scope="row" className="grey">{name}</th>{sides.map((side) => <td key={side.id} className="wrap">{cell(side)}</td>)}</tr>)}
          <tr><th scope="row" className="grey">{t('customer.merge.keep')}</th>{sides.map(({ id, name }) => <td key={id}><label className="row"><input type="radio" name="keep" aria-label={t('customer.merge.keep.of', { name: name || t('customers.nameless') })} checked={keep === id} onChange={() => onKeep(id)} />{t('customer.merge.keep.this')}</label></td>)}</tr>
        </tbody>
      </table>
    </div>
  );
}
