import { useQuery } from '@tanstack/react-query';
import { Button, Input, InputNumber, Modal, Switch } from 'antd';
import { type FormEvent, useState } from 'react';
import { DEFAULT_CORE } from '../../../../src/lifecycle/core/signals/programme.ts';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useWrite } from '../../lib/useWrite.ts';
import { Field } from '../../ui/Field.tsx';
import { FilterSentence, type Tree } from '../../ui/FilterSentence.tsx';
import { Skeleton } from '../../ui/States.tsx';
import { catalogueQuery, tagKeysQuery } from '../customers/customersQueries.ts';
import { OwnerField } from '../settings/OwnerField.tsx';
import type { Programme } from './signalsQueries.ts';

type Rule = { share: number | null; tree: Tree };
const HUNDRED = 100;
const ruleOf = ({ share, tree }: Rule): Rule => ({ share, tree });

/** Name, owner and rules of a programme; a rule of its own to stay is a choice. */
export function CoreForm({ programme, onDone }: { programme: Programme | undefined; onDone: () => void }) {
  const t = useT();
  const [name, setName] = useState(programme?.name ?? '');
  const [owner, setOwner] = useState(programme?.owner ?? '');
  const [entry, setEntry] = useState<Rule>(ruleOf((programme?.entry as Rule | undefined) ?? DEFAULT_CORE));
  const [stay, setStay] = useState<Rule>(ruleOf((programme?.stay as Rule | undefined) ?? DEFAULT_CORE));
  const [own, setOwn] = useState(programme !== undefined && JSON.stringify(ruleOf(programme.entry as Rule)) !== JSON.stringify(ruleOf(programme.stay as Rule)));
  const body = { name: name.trim(), owner, entry, stay: own ? stay : entry };
  const save = useWrite(['signals'], () => (programme ? api.patch(`/lifecycle/core-programmes/${programme.id}`, body) : api.post('/lifecycle/core-programmes', body)), { done: t('core.saved'), after: onDone });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(undefined);
  };
  return (
    <form className="form" onSubmit={submit}>
      <Field label={t('core.name')}>{(ids) => <Input {...ids} value={name} maxLength={80} onChange={({ target }) => setName(target.value)} />}</Field>
      <Field label={t('core.owner')}>{(ids) => <OwnerField ids={ids} value={owner} onChange={setOwner} />}</Field>
      <RuleFields title={t('core.entry')} rule={entry} onChange={setEntry} />
      <label className="row"><Switch size="small" checked={own} onChange={setOwn} aria-label={t('core.stay.own')} />{t('core.stay.own')}</label>
      {own && <RuleFields title={t('core.stay')} rule={stay} onChange={setStay} />}
      <div className="row">
        <Button type="primary" htmlType="submit" loading={save.isPending} disabled={name.trim() === ''}>{t('core.save')}</Button>
        {programme && <CloseProgramme programme={programme} onDone={onDone} />}
      </div>
    </form>
  );
}

function CloseProgramme({ programme, onDone }: { programme: Programme; onDone: () => void }) {
  const t = useT();
  const [sure, setSure] = useState(false);
  const close = useWrite(['signals'], () => api.delete(`/lifecycle/core-programmes/${programme.id}`), { done: t('core.closed'), after: onDone });
  return (
    <>
      <Button type="text" onClick={() => setSure(true)}>{t('core.close')}</Button>
      <Modal open={sure} title={t('core.close.title', { name: programme.name })} onCancel={() => setSure(false)} okText={t('core.close')} cancelText={t('customers.cancel')} okButtonProps={{ loading: close.isPending, danger: true }} onOk={() => close.mutate(undefined)} width={440}>
        <p>{t('core.close.means', { count: programme.members })}</p>
      </Modal>
    </>
  );
}

function RuleFields({ title, rule, onChange }: { title: string; rule: Rule; onChange: (rule: Rule) => void }) {
  const t = useT();
  const catalogue = useQuery(catalogueQuery);
  const tags = useQuery(tagKeysQuery);
  return (
    <fieldset className="stack risk-rule">
      <legend className="strong">{title}</legend>
      <Field label={t('core.share')} hint={t('core.share.hint')}>{(ids) => <InputNumber {...ids} min={1} max={HUNDRED} value={rule.share === null ? null : Math.round(rule.share * HUNDRED)} onChange={(share) => onChange({ ...rule, share: share === null ? null : share / HUNDRED })} />}</Field>
      <div className="field" role="group" aria-label={t('core.rule')}>
        <span>{t('core.rule')}</span>
        {catalogue.data ? <FilterSentence tree={rule.tree} catalogue={catalogue.data} tags={tags.data ?? []} onChange={(tree) => onChange({ ...rule, tree })} /> : <Skeleton lines={1} />}
      </div>
    </fieldset>
  );
}
