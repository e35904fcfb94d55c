import { Button, Input } from 'antd';
import { useState } from 'react';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { Field } from '../../ui/Field.tsx';
import { Notice } from '../../ui/Figure.tsx';
import type { Approval } from './journeyQueries.ts';
import { JOURNEY_MOVES } from './journeyQueries.ts';

/** Yes or no, with a word why; whoever drew or asked is told plainly that somebody else has to. */
export function Answer({ approval: { id, own, outdated } }: { approval: Approval }) {
  const t = useT();
  const may = useMay();
  const [note, setNote] = useState('');
  const answer = useWrite(JOURNEY_MOVES, (decision: 'approved' | 'refused') => api.post(`/journey-approvals/${id}`, { decision, note: note.trim() }), { done: t('journeys.approval.answered') });
  if (outdated) return <Notice tone="warn">{t('journeys.approval.outdated')}</Notice>;
  if (own) return <Notice>{t('journeys.approval.own')}</Notice>;
  if (!may('engage.approve')) return <Notice>{t('journeys.approval.others')}</Notice>;
  return (
    <div className="stack approval-answer">
      <Field label={t('journeys.approval.word')}>{(ids) => <Input.TextArea {...ids} autoSize={{ minRows: 1, maxRows: 6 }} maxLength={1_000} value={note} onChange={({ target }) => setNote(target.value)} />}</Field>
      <div className="row">
        <Button type="primary" loading={answer.isPending && answer.variables === 'approved'} disabled={answer.isPending} onClick={() => answer.mutate('approved')}>{t('journeys.approval.approve')}</Button>
        <Button loading={answer.isPending && answer.variables === 'refused'} disabled={answer.isPending} onClick={() => answer.mutate('refused')}>{t('journeys.approval.refuse')}</Button>
      </div>
    </div>
  );
}
