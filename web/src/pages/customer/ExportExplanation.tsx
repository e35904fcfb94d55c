import { useMutation } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { Field, useToast } from '../../ui/Field.tsx';
import { download } from '../../ui/csv.ts';

const LEAST_REASON = 3;

/** The explanation as a text for the person, who may ask for it; why it was taken out stands in the audit log. */
export function ExportExplanation({ id }: { id: string }) {
  const t = useT();
  const toast = useToast();
  const [reason, setReason] = useState('');
  const run = useMutation({
    mutationFn: () => api.file(`/lifecycle/customers/${id}/score/export`, { reason: reason.trim() }),
    onSuccess: (file) => {
      download('explanation.txt', file);
      toast.done(t('score.export.done'));
      setReason('');
    },
    onError: toast.failed,
  });
  return (
    <div className="stack">
      <Field label={t('customers.export.why')} hint={t('score.export.hint')}>{(ids) => <Input {...ids} value={reason} maxLength={500} onChange={({ target }) => setReason(target.value)} />}</Field>
      <div><Button size="small" disabled={reason.trim().length < LEAST_REASON} loading={run.isPending} onClick={() => run.mutate()}>{t('score.export.go')}</Button></div>
    </div>
  );
}
