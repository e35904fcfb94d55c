import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';
import type { TrialAct } from '../../../../src/lifecycle/core/offers/trials.ts';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { DayField } from '../../ui/DayField.tsx';
import { Field } from '../../ui/Field.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { type Trial, trialsQuery } from '../offers/offersQueries.ts';

const MOVES = ['customer', 'offers', 'tasks'] as const;
/** So long after an act what is worked out of it may come, in milliseconds. */
const LATER_MS = 2_000;

/** Tells something of a customer's trials; what is worked out of it follows a moment later, and is read then. */
function useTrialWrite<Given>(id: string, write: (input: Given) => Promise<unknown>, done: string, after: () => void = () => undefined) {
  const client = useQueryClient();
  return useWrite(MOVES, write, { done, after: () => { setTimeout(() => void client.invalidateQueries({ queryKey: ['customer', id] }), LATER_MS); after(); } });
}

/** Every trial of a customer, and what may be told of it: begun, used, over, paid; a demonstration booked. */
export function CustomerTrials({ id }: { id: string }) {
  const t = useT();
  const may = useMay()('customers.write');
  const trials = useQuery(trialsQuery(id));
  return (
    <>
      <Loaded query={trials} skeleton={<Skeleton lines={1} />}>{({ rows }) => (rows.length === 0 ? <p className="grey">{t('trials.none')}</p> : <ul className="stack plain-list">{rows.toReversed().map((trial) => <TrialLine key={`${trial.product} ${trial.startedOn}`} id={id} trial={trial} may={may} />)}</ul>)}</Loaded>
      {may && <TrialForm id={id} />}
    </>
  );
}

function TrialLine({ id, trial: { product, startedOn, endsOn, endedOn, uses, state }, may }: { id: string; trial: Trial; may: boolean }) {
  const t = useT();
  const { day } = useFormats();
  const say = useTrialWrite(id, (act: TrialAct) => api.post(`/customers/${id}/trials`, { act, product }), t('trials.told'));
  const acts: TrialAct[] = state === 'started' || state === 'used' ? ['used', 'ended', 'converted'] : state === 'ended' ? ['converted'] : [];
  return (
    <li>
      <strong>{product || t('offers.product.whole')}</strong> <span>{t(`trials.state.${state}`)}</span>
      <span className="grey small"> · {t('trials.until', { from: day(startedOn), to: day(endedOn ?? endsOn) })}{uses > 0 && ` · ${t('trials.uses', { uses })}`}</span>
      {may && acts.length > 0 && <span className="row small">{acts.map((act) => <button key={act} type="button" className="plain link" disabled={say.isPending} onClick={() => say.mutate(act)}>{t(`trials.act.${act}`)}</button>)}</span>}
    </li>
  );
}

type Draft = { open: 'trial' | 'demo' | null; product: string; on: string };
const CLOSED: Draft = { open: null, product: '', on: '' };

function TrialForm({ id }: { id: string }) {
  const t = useT();
  const [{ open, product, on }, setDraft] = useState(CLOSED);
  const close = () => setDraft(CLOSED);
  const begin = useTrialWrite(id, () => api.post(`/customers/${id}/trials`, { act: 'started', product, endsOn: on || null }), t('trials.told'), close);
  const book = useTrialWrite(id, () => api.post(`/customers/${id}/demos`, { on, product }), t('trials.demo.done'), close);
  if (open === null) return <div className="row"><Button onClick={() => setDraft({ ...CLOSED, open: 'trial' })}>{t('trials.act.started')}</Button><Button onClick={() => setDraft({ ...CLOSED, open: 'demo' })}>{t('trials.demo')}</Button></div>;
  const isDemo = open === 'demo', write = isDemo ? book : begin;
  return (
    <div className="stack">
      <Field label={t('trials.product')}>{(ids) => <Input {...ids} value={product} maxLength={100} onChange={({ target }) => setDraft({ open, product: target.value.trim(), on })} />}</Field>
      <Field label={t(isDemo ? 'trials.demo.on' : 'trials.ends')}>{(ids) => <DayField {...ids} clearable value={on} onChange={(next) => setDraft({ open, product, on: next })} />}</Field>
      <div className="row"><Button type="primary" loading={write.isPending} disabled={isDemo && on === ''} onClick={() => write.mutate(undefined)}>{t(isDemo ? 'trials.demo' : 'trials.act.started')}</Button><Button onClick={close}>{t('customers.cancel')}</Button></div>
    </div>
  );
}
