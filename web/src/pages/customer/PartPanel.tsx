import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { type FormEvent, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { isKnown, useT } from '../../lib/language.tsx';
import { Anchor, useGo } from '../../lib/location.tsx';
import { sentenceOf } from '../../lib/problem.ts';
import { useCurrency } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { paths } from '../../paths.ts';
import { Field } from '../../ui/Field.tsx';
import { Skeleton } from '../../ui/States.tsx';
import { type Brought, broughtQuery, type Customer, CUSTOMER_MOVES, type PartedSide, partPreviewQuery } from './customerQueries.ts';

/** What a customer is made of: every identifier but the telephones parcels went to. */
const madeOf = ({ identifiers }: Pick<Customer, 'identifiers'>) => identifiers.filter(({ kind }) => kind !== 'receiver_phone');
export const canPart = (customer: Customer): boolean => madeOf(customer).length > 1;

/** First which identifiers are somebody else's, then who the two would be, then why; afterwards the way to both. */
export function PartPanel({ customer, onDone }: { customer: Customer; onDone: () => void }) {
  const [parted, setParted] = useState<readonly PartedSide[] | null>(null);
  // What it was made of when the panel was opened: the page behind it is read anew while the answer is shown.
  const [before] = useState(customer);
  return parted ? <Parted sides={parted} onDone={onDone} /> : <Choose customer={before} onParted={setParted} />;
}

const NOBODY: ReadonlySet<string> = new Set();

function Choose({ customer, onParted }: { customer: Customer; onParted: (sides: readonly PartedSide[]) => void }) {
  const t = useT();
  const [chosen, setChosen] = useState(NOBODY);
  const [reason, setReason] = useState('');
  const brought = useQuery(broughtQuery(customer.id));
  const parts = madeOf(customer);
  const apart = parts.map(({ subject }) => subject).filter((subject) => chosen.has(subject));
  const fits = apart.length > 0 && apart.length < parts.length;
  const preview = useQuery({ ...partPreviewQuery(customer.id, apart), enabled: fits });
  const part = useWrite(CUSTOMER_MOVES, () => api.post<{ customers: [string, string] }>(`/customers/${customer.id}/part`, { apart, reason: reason.trim() }), {
    done: t('customer.part.done'), after: () => onParted(preview.data?.sides ?? []),
  });
  const toggle = (subject: string): void => {
    const next = new Set(chosen);
    if (!next.delete(subject)) next.add(subject);
    setChosen(next);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    part.mutate(undefined);
  };
  return (
    <form className="stack merge-form" onSubmit={submit}>
      <p>{t('customer.part.lead', { name: customer.name || t('customers.nameless') })}</p>
      <ul className="part-list">
        {parts.map((one) => (
          <li key={one.subject}>
            {/* biome-ignore lint/a11y/noLabelWithoutControl: the words of the label are in the two components */}
            <label><input type="checkbox" checked={chosen.has(one.subject)} onChange={() => toggle(one.subject)} /><IdentifierWords of={one} /><BroughtWords brought={brought.data?.rows.find(({ subject }) => subject === one.subject)} waiting={!brought.data} /></label>
          </li>
        ))}
      </ul>
      {apart.length === parts.length && <p className="ochre" role="alert">{t('customer.part.all')}</p>}
      {fits && (preview.error ? <p className="ochre" role="alert">{sentenceOf(t, preview.error)}</p> : preview.data ? <Sides sides={preview.data.sides} brought={brought.data?.rows ?? []} /> : <Skeleton lines={4} />)}
      {fits && <p>{t('customer.part.means')}</p>}
      <Field label={t('customer.merge.reason')} hint={t('customer.merge.reason.hint')}>{(ids) => <input {...ids} className="input" maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />}</Field>
      <div><Button type="primary" htmlType="submit" loading={part.isPending} disabled={!fits || !preview.data || preview.isPlaceholderData || reason.trim().length < 3}>{t('customer.part.go')}</Button></div>
    </form>
  );
}

function IdentifierWords({ of: { kind, scope, shown } }: { of: Customer['identifiers'][number] }) {
  const t = useT();
  return <span className="part-identifier"><span className="grey small">{isKnown(`identifier.kind.${kind}`) ? t(`identifier.kind.${kind}`) : kind}{scope && ` · ${scope}`}</span><span>{shown}</span></span>;
}

/** Purchases and events that came under an identifier, and when last: what tells whose it is. */
function BroughtWords({ brought, waiting }: { brought: Brought | undefined; waiting: boolean }) {
  const t = useT();
  const { day, money } = useFormats();
  const currency = useCurrency();
  if (waiting) return <span className="grey small">…</span>;
  if (!brought) return <span className="grey small">{t('customer.part.nothing')}</span>;
  const words = [
    ...(brought.orders > 0 ? [t('customer.part.orders', { orders: brought.orders, money: money(brought.netMinor, currency) })] : []),
    ...(brought.events > 0 ? [t('customer.part.events', { events: brought.events })] : []), t('reviews.last', { day: day(brought.lastDay) }),
  ];
  return <span className="grey small">{words.join(' · ')}</span>;
}

/** Both customers as they will be, with what goes where. */
function Sides({ sides, brought }: { sides: readonly PartedSide[]; brought: readonly Brought[] }) {
  const t = useT();
  const { money } = useFormats();
  const currency = useCurrency();
  const sumOf = (side: PartedSide, key: 'orders' | 'netMinor'): number => brought.filter(({ subject }) => side.identifiers.some((one) => one.subject === subject)).reduce((all, one) => all + one[key], 0);
  return (
    <section aria-label={t('customer.part.after')}>
      <h3>{t('customer.part.after')}</h3>
      <div className="part-sides">
        {sides.map((side) => (
          <div key={side.id}>
            <p className="strong">{side.name || t('customers.nameless')} <span className="grey small">{t(side.keepsAddress ? 'customer.part.address' : 'customer.part.new')}</span></p>
            <p>{t('customer.part.orders', { orders: sumOf(side, 'orders'), money: money(sumOf(side, 'netMinor'), currency) })}</p>
            {side.identifiers.map((one) => <IdentifierWords key={one.subject} of={one} />)}
          </div>
        ))}
      </div>
    </section>
  );
}

function Parted({ sides, onDone }: { sides: readonly PartedSide[]; onDone: () => void }) {
  const t = useT();
  const go = useGo();
  const open = (event: React.MouseEvent, id: string): void => {
    event.preventDefault();
    onDone();
    go(paths.customer(id));
  };
  return (
    <div className="stack" role="status">
      <p className="strong">{t('customer.part.done')}</p>
      <ul className="part-list">
        {sides.map((side) => <li key={side.id}><Anchor className="link" to={paths.customer(side.id)} onClick={(event) => open(event, side.id)}>{t('customer.part.open', { name: side.name || t('customers.nameless') })}</Anchor> <span className="grey small">{side.identifiers.map(({ shown }) => shown).join(' · ')}</span></li>)}
      </ul>
      <p className="grey small">{t('customer.part.done.more')}</p>
    </div>
  );
}
