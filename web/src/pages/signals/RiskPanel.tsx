import { Button, Input } from 'antd';
import { useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { paths } from '../../paths.ts';
import { Field } from '../../ui/Field.tsx';
import { Money } from '../../ui/Figure.tsx';
import { SidePanel } from '../../ui/SidePanel.tsx';
import type { Risk } from './signalsQueries.ts';

const DECISIONS = ['watching', 'confirmed', 'cleared'] as const;
const LONGEST = 1_000;

/** The evidence of one signal, what was decided so far, and the decision. */
export function RiskPanel({ risk, onClose }: { risk: Risk | null; onClose: () => void }) {
  const t = useT();
  return (
    <SidePanel open={risk !== null} onClose={onClose} title={risk ? t(`risk.rule.${risk.rule}`, { count: risk.count, days: risk.withinDays }) : ''}>
      {risk && <Evidence risk={risk} />}
      {risk && <Decision key={risk.id} risk={risk} onDone={onClose} />}
    </SidePanel>
  );
}

function Evidence({ risk: { customer, kind, state, amountMinor, fromAt, throughAt, reviews } }: { risk: Risk }) {
  const t = useT();
  const { moment } = useFormats();
  return (
    <div className="stack">
      <dl className="pairs">
        <div><dt className="grey">{t('risks.customer')}</dt><dd><Anchor to={paths.customer(customer.id)}>{customer.name || t('customers.nameless')}</Anchor></dd></div>
        <div><dt className="grey">{t('risks.kind')}</dt><dd>{t(`risk.kind.${kind}`)}</dd></div>
        <div><dt className="grey">{t('risks.state')}</dt><dd>{t(`risk.state.${state}`)}</dd></div>
        <div><dt className="grey">{t('risks.amount')}</dt><dd><Money minor={amountMinor} /></dd></div>
        <div><dt className="grey">{t('risks.last')}</dt><dd>{t('risks.since', { from: moment(String(fromAt)), to: moment(String(throughAt)) })}</dd></div>
      </dl>
      <section>
        <h3>{t('risks.reviews')}</h3>
        {reviews.length === 0 && <p className="grey">{t('risks.reviews.none')}</p>}
        <ul className="plain-list">
          {reviews.map((review) => <li key={String(review.at)}><span className="strong">{t(`risk.state.${review.state}`)}</span> {review.note} <span className="grey small">{t('risks.by', { name: review.byName || t('risks.program'), at: moment(String(review.at)) })}</span></li>)}
        </ul>
      </section>
    </div>
  );
}

function Decision({ risk, onDone }: { risk: Risk; onDone: () => void }) {
  const t = useT();
  const may = useMay();
  const [note, setNote] = useState('');
  const decide = useWrite(['signals'], (state: string) => api.post(`/lifecycle/risks/${risk.id}/decision`, { state, note: note.trim() }), { done: t('risks.decided'), after: onDone });
  if (!may('lifecycle.write')) return null;
  return (
    <form className="form risk-decision" onSubmit={(event) => event.preventDefault()}>
      <Field label={t('risks.note')} hint={t('risks.note.hint')}>{(ids) => <Input.TextArea {...ids} rows={3} maxLength={LONGEST} value={note} onChange={({ target }) => setNote(target.value)} />}</Field>
      <div className="row">
        {DECISIONS.map((state) => <Button key={state} danger={state === 'confirmed'} loading={decide.isPending && decide.variables === state} disabled={note.trim() === '' || decide.isPending} onClick={() => decide.mutate(state)}>{t(`risks.decide.${state}`)}</Button>)}
      </div>
    </form>
  );
}
