import { Button, Input } from 'antd';
import { useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { Field } from '../../ui/Field.tsx';
import type { Policy, PriceUse } from '../churn/scoringQueries.ts';

const LEAST_PURPOSE = 10;

/** Prices that follow scores are blocked unless one person asked and another approved; each use has its purpose and its end. */
export function PriceUses({ policy }: { policy: Policy }) {
  const t = useT();
  return (
    <div>
      <h3>{t('models.price')}</h3>
      <p className={policy.priceAllowed ? undefined : 'grey'}>{t(policy.priceAllowed ? 'models.price.allowed' : 'models.price.blocked')}</p>
      <ul className="price-uses">{policy.priceUses.map((use) => <Use key={use.id} use={use} />)}</ul>
      <Ask />
    </div>
  );
}

function usePriceWrite<Input>(write: (input: Input) => Promise<unknown>, done: string, after?: () => void) {
  return useWrite(['settings', 'scoring'], write, { done, after: () => after?.() });
}

function Use({ use }: { use: PriceUse }) {
  const t = useT();
  const may = useMay()('lifecycle.write');
  const { day } = useFormats();
  const decide = usePriceWrite((decision: 'approve' | 'refuse' | 'end') => api.post(`/lifecycle/scoring/price-uses/${use.id}/decision`, { decision }), t('models.price.decided'));
  return (
    <li>
      <span>{use.purpose}</span>
      <span className="grey small">{t('models.price.said', { state: t(`models.price.${use.state}`), asker: use.askedByName, decider: use.decidedByName ?? '', decided: use.decidedByName ? 'yes' : 'no', until: day(use.until) })}</span>
      {may && use.state === 'asked' && (use.mine
        ? <span className="grey small">{t('models.price.second')}</span>
        : <span className="row"><Button size="small" type="primary" loading={decide.isPending} onClick={() => decide.mutate('approve')}>{t('models.price.approve')}</Button><Button size="small" onClick={() => decide.mutate('refuse')}>{t('models.price.refuse')}</Button></span>)}
      {may && use.state === 'approved' && <span className="row"><Button size="small" onClick={() => decide.mutate('end')}>{t('models.price.end')}</Button></span>}
    </li>
  );
}

function Ask() {
  const t = useT();
  const may = useMay()('lifecycle.write');
  const [open, setOpen] = useState(false);
  const [purpose, setPurpose] = useState('');
  const ask = usePriceWrite((text: string) => api.post('/lifecycle/scoring/price-uses', { purpose: text }), t('models.price.asked.done'), () => { setOpen(false); setPurpose(''); });
  if (!may) return null;
  if (!open) return <div><Button size="small" onClick={() => setOpen(true)}>{t('models.price.ask')}</Button></div>;
  return (
    <div className="stack">
      <Field label={t('models.price.purpose')} hint={t('models.price.purpose.hint')}>{(ids) => <Input.TextArea {...ids} rows={2} maxLength={1_000} value={purpose} onChange={({ target }) => setPurpose(target.value)} />}</Field>
      <div className="row"><Button size="small" type="primary" disabled={purpose.trim().length < LEAST_PURPOSE} loading={ask.isPending} onClick={() => ask.mutate(purpose.trim())}>{t('models.price.send')}</Button><Button size="small" type="text" onClick={() => setOpen(false)}>{t('customers.cancel')}</Button></div>
    </div>
  );
}
