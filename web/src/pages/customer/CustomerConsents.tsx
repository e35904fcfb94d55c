import { Input, Modal } from 'antd';
import { useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { Choices } from '../../ui/Choices.tsx';
import { Field } from '../../ui/Field.tsx';
import type { Customer } from './customerQueries.ts';
import { CUSTOMER_MOVES } from './customerQueries.ts';
import { useSourceWords } from './valueWords.ts';

const CHANNELS = ['sms', 'email', 'wecom', 'mp', 'call', 'push'] as const;
type Channel = (typeof CHANNELS)[number];
type Consent = Customer['consents'][number];

/** The newest word on each channel for marketing, with its day and who said so; staff may note another. */
export function CustomerConsents({ customer: { id, consents } }: { customer: Customer }) {
  const t = useT();
  const { day } = useFormats();
  const may = useMay()('customers.write');
  const sourceWords = useSourceWords();
  const [changing, setChanging] = useState<Channel | null>(null);
  const said = (channel: Channel): Consent | undefined => consents.find((one) => one.channel === channel && one.purpose === 'marketing');
  return (
    <>
      <dl className="pairs consents">
        {CHANNELS.map((channel) => {
          const one = said(channel);
          return (
            <div key={channel}>
              <dt className="grey">{t(`consent.${channel}`)}</dt>
              <dd className={one ? undefined : 'grey'}>
                {t(`customer.consent.${one?.state ?? 'none'}`)}{may && <button type="button" className="plain link small consent-change" aria-label={`${t('customer.consent.change')} · ${t('customer.consent.change.of', { channel: t(`consent.${channel}`) })}`} onClick={() => setChanging(channel)}>{t('customer.consent.change')}</button>}
                {one && <span className="grey small consent-said">{sourceWords(one.source)} · {day(one.at)}{one.proof && ` · ${one.proof}`}</span>}
              </dd>
            </div>
          );
        })}
      </dl>
      {changing && <ConsentForm id={id} channel={changing} now={said(changing)} onClose={() => setChanging(null)} />}
    </>
  );
}

type FormProps = { id: string; channel: Channel; now: Consent | undefined; onClose: () => void };

function ConsentForm({ id, channel, now, onClose }: FormProps) {
  const t = useT();
  const [state, setState] = useState(now?.state === 'given' ? 'withdrawn' : 'given');
  const [proof, setProof] = useState('');
  const save = useWrite(CUSTOMER_MOVES, () => api.patch(`/customers/${id}`, { consents: [{ channel, state, proof: proof.trim() }] }), { done: t('customer.consent.saved'), after: onClose });
  const states = ['given', 'withdrawn'].map((key) => ({ key, label: t(`customer.consent.${key}`) }));
  return (
    <Modal open title={t('customer.consent.change.of', { channel: t(`consent.${channel}`) })} onCancel={onClose} okText={t('customer.save')} cancelText={t('customers.cancel')} okButtonProps={{ loading: save.isPending }} onOk={() => save.mutate(undefined)} width={440}>
      <div className="form">
        <Choices label={t('customer.consent')} options={states} value={state} onChoose={setState} />
        <Field label={t('customer.consent.proof')} hint={t('customer.consent.proof.hint')}>{(ids) => <Input {...ids} value={proof} maxLength={500} onChange={(event) => setProof(event.target.value)} />}</Field>
      </div>
    </Modal>
  );
}
