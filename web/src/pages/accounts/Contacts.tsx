import { useState } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { useMay } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { type Contact, nameIn, type People } from './accountsQueries.ts';
import { ContactForm } from './ContactForm.tsx';
import { Observations } from './Observations.tsx';

type Opened = { id: string; what: 'observe' | 'edit' };

/** People by their say, each with where they stand, what they need, what they object to and what interests them. The server gives the weightiest first. */
export function Contacts({ contacts, people }: { contacts: readonly Contact[]; people: People }) {
  const t = useT();
  const [opened, setOpened] = useState<Opened | null>(null);
  if (contacts.length === 0) return <p className="grey">{t('accounts.nocontacts')}</p>;
  const contact = contacts.find(({ id }) => id === opened?.id);
  const close = () => setOpened(null);
  return (
    <div className="table-scroll" tabIndex={0}>
      <table className="data contacts">
        <caption className="unseen">{t('accounts.contacts')}</caption>
        <thead><tr>{['contact', 'role', 'relationOwner', 'stance', 'need', 'objection', 'interest'].map((key) => <th key={key} scope="col">{t(`accounts.col.${key}`)}</th>)}<th scope="col"><span className="unseen">{t('settings.actions')}</span></th></tr></thead>
        <tbody>{contacts.map((one) => <ContactRow key={one.id} contact={one} people={people} onOpen={setOpened} />)}</tbody>
      </table>
      {contact && opened?.what === 'observe' && <Observations contact={contact} people={people} onClose={close} />}
      {contact && opened?.what === 'edit' && <ContactForm contact={contact} people={people} onClose={close} />}
    </div>
  );
}

function ContactRow({ contact, people, onOpen }: { contact: Contact; people: People; onOpen: (opened: Opened) => void }) {
  const t = useT();
  const may = useMay();
  const { day, percent } = useFormats();
  const { id, customer, name, title, role, power, leftAt, background, relationOwner, identifiers, attitudes: { stance, needs, objections, interests } } = contact;
  const words = (values: readonly { value: string }[]): string => values.map(({ value }) => value).join(t('fields.comma'));
  const said = (key: string, text: string) => <td className={text ? 'wrap' : 'wrap contact-blank'}><span className="card-label">{t(`accounts.col.${key}`)}</span>{text || '—'}</td>;
  return (
    <tr className={leftAt ? 'grey' : undefined}>
      <td className="phone-head" title={background || undefined}>
        <span className="contact-name"><span><Anchor to={paths.customer(customer)}>{name}</Anchor> <span className="grey small">{title}</span></span>
          {(identifiers.length > 0 || leftAt) && <span className="grey small">{[...identifiers.map(({ shown }) => shown), ...(leftAt ? [t('accounts.left', { day: day(leftAt) })] : [])].join(' · ')}</span>}</span>
      </td>
      <td className="phone-aside"><span>{t(`contact.role.${role}`)} <span className="grey small">{t('accounts.power', { power })}</span></span></td>
      {said('relationOwner', nameIn(people, relationOwner))}
      <td><span className="card-label">{t('accounts.col.stance')}</span>{stance ? <span className={`stance ${stance.value}`} title={stance.evidence}>{t(`stance.${stance.value}`)} <span className="grey small">{percent(stance.confidence, 0)} · {day(stance.at)}</span></span> : '—'}</td>
      {said('need', words(needs))}{said('objection', words(objections))}{said('interest', words(interests))}
      <td><span className="row contact-actions">
        <button type="button" className="plain link" aria-label={`${t('accounts.observe')} ${name}`} onClick={() => onOpen({ id, what: 'observe' })}>{t(may('customers.write') ? 'accounts.observe' : 'accounts.history')}</button>
        {may('customers.write') && <button type="button" className="plain link" aria-label={`${t('stageRules.edit')} ${name}`} onClick={() => onOpen({ id, what: 'edit' })}>{t('stageRules.edit')}</button>}
      </span></td>
    </tr>
  );
}
