import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { type FormEvent, useId, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { Icon } from '../../ui/Icon.tsx';
import { SidePanel } from '../../ui/SidePanel.tsx';
import { TagWhyPanel } from './TagWhy.tsx';
import { placed, tagTreeQuery } from '../settings/fieldsQueries.ts';
import type { Customer } from './customerQueries.ts';
import { CUSTOMER_MOVES } from './customerQueries.ts';

/** Only these are given by people; a computed tag is decided by its rule. */
const BY_HAND = new Set(['manual', 'import']);

export function CustomerTags({ customer: { id, tags } }: { customer: Customer }) {
  const t = useT();
  const { day } = useFormats();
  const may = useMay()('customers.write');
  const take = useWrite(CUSTOMER_MOVES, (tagId: string) => api.post(`/tags/${tagId}/members`, { take: [id] }), { done: t('customer.tag.taken') });
  const [why, setWhy] = useState<Customer['tags'][number] | null>(null);
  return (
    <div className="stack">
      {tags.length === 0 && <p className="grey">{t('customer.notags')}</p>}
      <dl className="pairs">
        {tags.map(({ tagId, name, value, kind, since, ...rest }) => (
          <div key={`${tagId} ${value}`}>
            <dt>{name}{value && `：${value}`}{!BY_HAND.has(kind) && <span className="grey small"> · {t(`tag.kind.${kind}`)}</span>}</dt>
            <dd className="grey small nowrap">{value && <><button type="button" className="plain link small" aria-label={t('customer.tag.why', { name: `${name} ${value}` })} onClick={() => setWhy({ tagId, name, value, kind, since, ...rest })}>{t('customer.tag.why.short')}</button> · </>}{day(since)}{may && BY_HAND.has(kind) && <button type="button" className="plain tag-take" disabled={take.isPending} aria-label={t('customer.tag.take', { name })} title={t('customer.tag.take', { name })} onClick={() => take.mutate(tagId)}><Icon name="close" size={14} /></button>}</dd>
          </div>
        ))}
      </dl>
      <SidePanel open={why !== null} onClose={() => setWhy(null)} title={why ? t('customer.tag.why', { name: `${why.name} ${why.value}` }) : ''}>{why && <TagWhyPanel customer={id} tag={why.tagId} />}</SidePanel>
      {may && <GiveTag id={id} borne={new Set(tags.map(({ tagId }) => tagId))} />}
    </div>
  );
}

/** A tag by its name; a name that no tag has yet makes one. */
function GiveTag({ id, borne }: { id: string; borne: ReadonlySet<string> }) {
  const t = useT();
  const field = useId();
  const [name, setName] = useState('');
  const [asked, setAsked] = useState(false);
  // Asked for by whoever is about to give one.
  const tree = useQuery({ ...tagTreeQuery, enabled: asked });
  const tags = placed(tree.data?.rows ?? []).map(({ tag }) => tag).filter((tag) => BY_HAND.has(tag.kind));
  const wanted = name.trim();
  const known = tags.find((tag) => tag.name === wanted || tag.key === wanted);
  const give = useWrite(CUSTOMER_MOVES, async () => {
    const tag = known ?? (await api.post<{ id: string }>('/tags', { key: wanted, name: wanted }));
    return api.post(`/tags/${tag.id}/members`, { give: [id] });
  }, { done: t('customer.tag.given'), after: () => setName('') });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wanted) give.mutate(undefined);
  };
  return (
    <form className="row tag-give" onSubmit={submit}>
      <label htmlFor={field} className="unseen">{t('customer.tag.name')}</label>
      <input id={field} className="input" list={`${field}-known`} autoComplete="off" maxLength={100} placeholder={t('customer.tag.name')} value={name} onFocus={() => setAsked(true)} onChange={(event) => setName(event.target.value)} />
      <datalist id={`${field}-known`}>{tags.filter((tag) => !borne.has(tag.id)).map((tag) => <option key={tag.id} value={tag.name} />)}</datalist>
      <Button htmlType="submit" disabled={wanted === '' || !tree.isSuccess} loading={give.isPending}>{t(wanted === '' || known || !tree.isSuccess ? 'customer.tag.give' : 'customer.tag.make')}</Button>
    </form>
  );
}
