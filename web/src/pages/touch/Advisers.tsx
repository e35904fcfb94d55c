import { useQuery } from '@tanstack/react-query';
import { Button, InputNumber, Select } from 'antd';
import { toMajor, toMinor } from '../../../../src/kernel/money.ts';
import { useT } from '../../lib/language.tsx';
import { useCurrency } from '../../lib/session.ts';
import { Field } from '../../ui/Field.tsx';
import { useFieldName } from '../customer/valueWords.ts';
import { numberFieldsQuery, type Policy, type PolicyReply } from './touchQueries.ts';

const CAP = 40;
const PERCENT = 100;

/** Who looks after customers, how many each at most, by what customers are ranked, and what a contact costs. */
export function Advisers({ draft, told, may, onChange }: { draft: Policy; told: PolicyReply; may: boolean; onChange: (policy: Policy) => void }) {
  const t = useT();
  const currency = useCurrency();
  const fieldName = useFieldName();
  const fields = useQuery(numberFieldsQuery);
  const nameOf = (id: string) => told.colleagues.find((one) => one.id === id)?.name ?? t('touch.gone');
  const heldBy = (id: string) => told.standing.agents.find((one) => one.id === id)?.held ?? 0;
  const free = told.colleagues.filter(({ id }) => !draft.agents.some((one) => one.id === id));
  const set = (id: string, cap: number) => onChange({ ...draft, agents: draft.agents.map((one) => (one.id === id ? { id, cap } : one)) });
  return (
    <div className="stack">
      {draft.agents.length === 0 ? <p className="grey">{t('touch.advisers.none')}</p> : (
        <ul className="advisers">
          {draft.agents.map(({ id, cap }) => (
            <li key={id}>
              <span className="strong">{nameOf(id)}</span>
              <span className="grey">{t('touch.held', { held: heldBy(id), cap })}</span>
              {may && <span className="row"><InputNumber aria-label={t('touch.cap.of', { name: nameOf(id) })} min={0} max={10_000} precision={0} value={cap} onChange={(value) => value !== null && set(id, value)} /><Button type="text" onClick={() => onChange({ ...draft, agents: draft.agents.filter((one) => one.id !== id) })}>{t('touch.adviser.drop')}</Button></span>}
            </li>
          ))}
        </ul>
      )}
      {may && free.length > 0 && <Select className="adviser-add" aria-label={t('touch.adviser.add')} placeholder={t('touch.adviser.add')} value={null} options={free.map(({ id, name }) => ({ value: id, label: name }))} onChange={(id: string) => onChange({ ...draft, agents: [...draft.agents, { id, cap: CAP }] })} />}
      <div className="touch-rank">
        <Field label={t('touch.rankBy')}>{(ids) => <Select {...ids} disabled={!may} showSearch={{ optionFilterProp: 'label' }} loading={fields.isPending} options={(fields.data ?? []).map((field) => ({ value: field.key, label: fieldName(field) }))} value={draft.rankBy} onChange={(rankBy) => onChange({ ...draft, rankBy })} />}</Field>
        <Field label={t('touch.slack')} hint={t('touch.slack.hint')}>{(ids) => <InputNumber {...ids} disabled={!may} min={0} max={100} precision={0} suffix="%" value={Math.round(draft.slack * PERCENT)} onChange={(value) => value !== null && onChange({ ...draft, slack: value / PERCENT })} />}</Field>
        <Field label={t('touch.contact', { currency })} hint={t('touch.contact.hint')}>{(ids) => <InputNumber {...ids} disabled={!may} min={0} max={1e7} value={toMajor(draft.contactMinor, currency)} onChange={(value) => value !== null && onChange({ ...draft, contactMinor: toMinor(value, currency) })} />}</Field>
      </div>
    </div>
  );
}
