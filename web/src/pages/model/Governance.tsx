import { useQuery } from '@tanstack/react-query';
import { Button, Input, Switch } from 'antd';
import { useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { useCurrency, useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { paths } from '../../paths.ts';
import { Field } from '../../ui/Field.tsx';
import { Section } from '../../ui/Page.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { type Policy, policyQuery } from '../churn/scoringQueries.ts';
import { useFeatures } from '../churn/useReasons.ts';
import { PriceUses } from './PriceUses.tsx';

/** What scores may be used for: the purpose in words, whether traits of a person may count, and who may let prices follow them. */
export function Governance() {
  const t = useT();
  const policy = useQuery(policyQuery);
  return (
    <Section title={t('models.policy')} note={t('models.policy.note')}>
      <Loaded query={policy} skeleton={<Skeleton lines={8} />}>{(data) => <div className="governance"><Purpose policy={data} /><Traits policy={data} /><PriceUses policy={data} /><Assumptions policy={data} /></div>}</Loaded>
    </Section>
  );
}

/** A change of the policy; what shows it is read anew. */
export function usePolicyWrite(done: string) {
  return useWrite(['settings', 'scoring'], (change: Partial<Pick<Policy, 'purpose' | 'useTraits'>>) => api.put<Policy>('/lifecycle/scoring/policy', change), { done });
}

function Purpose({ policy }: { policy: Policy }) {
  const t = useT();
  const may = useMay()('lifecycle.write');
  const [text, setText] = useState(policy.purpose);
  const save = usePolicyWrite(t('models.policy.saved'));
  return (
    <div>
      <h3>{t('models.purpose')}</h3>
      {may
        ? (
          <Field label={t('models.purpose.label')} hint={t('models.purpose.hint')}>
            {(ids) => <Input.TextArea {...ids} rows={3} maxLength={2_000} value={text} placeholder={t('models.purpose.example')} onChange={({ target }) => setText(target.value)} />}
          </Field>
        )
        : <p>{policy.purpose || <span className="grey">{t('models.purpose.none')}</span>}</p>}
      {may && text !== policy.purpose && <div className="row"><Button type="primary" size="small" loading={save.isPending} onClick={() => save.mutate({ purpose: text })}>{t('customer.save')}</Button></div>}
      <ChangedBy policy={policy} fields={['purpose']} />
    </div>
  );
}

function Traits({ policy }: { policy: Policy }) {
  const t = useT();
  const may = useMay()('lifecycle.write');
  const { list } = useFormats();
  const features = useFeatures();
  const save = usePolicyWrite(t('models.traits.saved'));
  const names = list(policy.traits.map(features.name));
  return (
    <div>
      <h3>{t('models.traits')}</h3>
      <label className="row"><Switch size="small" checked={!policy.useTraits} disabled={!may || save.isPending} onChange={(without) => save.mutate({ useTraits: !without })} aria-label={t('models.traits')} />{t(policy.useTraits ? 'models.traits.on' : 'models.traits.off', { names })}</label>
      <p className="grey small">{t('models.traits.note', { people: policy.withoutTraits })}</p>
      <ChangedBy policy={policy} fields={['useTraits']} />
    </div>
  );
}

/** Who last changed something of the policy, and when; nothing where it stands as it was delivered. */
function ChangedBy({ policy, fields }: { policy: Policy; fields: readonly string[] }) {
  const t = useT();
  const { moment } = useFormats();
  return <>{policy.changes.filter(({ field }) => fields.includes(field)).map(({ field, byName, at }) => <p key={field} className="grey small">{t('models.policy.by', { who: byName || t('models.policy.program'), when: moment(String(at)) })}</p>)}</>;
}

const ASSUMED = ['capacity', 'attemptCostMinor', 'weekBudgetMinor', 'savedShare', 'horizonDays'] as const;

/** What the plan of whom to save rests on, each with who said so. */
function Assumptions({ policy }: { policy: Policy }) {
  const t = useT();
  const { count, percent, money, moment } = useFormats();
  const currency = useCurrency();
  const shown: Record<(typeof ASSUMED)[number], string> = {
    capacity: count(policy.capacity), attemptCostMinor: policy.attemptCostMinor === null ? t('models.assumed.unknown') : money(policy.attemptCostMinor, currency), weekBudgetMinor: policy.weekBudgetMinor === null ? t('models.assumed.noCap') : money(policy.weekBudgetMinor, currency),
    savedShare: percent(policy.savedShare), horizonDays: policy.horizonDays === null ? t('models.assumed.learned') : t('customers.days', { days: policy.horizonDays }),
  };
  return (
    <div>
      <h3>{t('models.assumed')}</h3>
      <ul className="policy-assumed">
        {ASSUMED.map((field) => {
          const change = policy.changes.find((one) => one.field === field);
          return <li key={field}><span>{t(`models.assumed.${field}`)} <span className="strong">{shown[field]}</span></span><span className="grey small">{change ? t('models.policy.by', { who: change.byName || t('models.policy.program'), when: moment(String(change.at)) }) : t('models.policy.delivered')}</span></li>;
        })}
      </ul>
      <p className="small"><Anchor to={paths.churn()}>{t('models.assumed.go')}</Anchor></p>
    </div>
  );
}
