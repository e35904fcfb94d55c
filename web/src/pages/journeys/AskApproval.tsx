import { Input, Modal } from 'antd';
import { useState } from 'react';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useWrite } from '../../lib/useWrite.ts';
import { Field } from '../../ui/Field.tsx';
import type { JourneyRow } from './journeyQueries.ts';
import { JOURNEY_MOVES } from './journeyQueries.ts';

/** So many people need somebody else's yes: asking for it, with a word of why. */
export function AskApproval({ journey, people, onClose }: { journey: JourneyRow; people: number; onClose: () => void }) {
  const t = useT();
  const [note, setNote] = useState('');
  const ask = useWrite(JOURNEY_MOVES, () => api.post(`/journeys/${journey.id}/approvals`, { note: note.trim() }), { done: t('journeys.approval.asked'), after: onClose });
  return (
    <Modal open title={t('journeys.approval.ask.title', { name: journey.name })} onCancel={onClose} okText={t('journeys.approval.ask')} cancelText={t('customers.cancel')} okButtonProps={{ loading: ask.isPending }} onOk={() => ask.mutate(undefined)} width={480}>
      <div className="stack">
        <p>{t('journeys.approval.needed', { people })}</p>
        <p className="grey small">{t('journeys.approval.rule')}</p>
        <Field label={t('journeys.approval.note')}>{(ids) => <Input.TextArea {...ids} autoSize={{ minRows: 2, maxRows: 6 }} maxLength={1_000} value={note} onChange={({ target }) => setNote(target.value)} />}</Field>
      </div>
    </Modal>
  );
}
