import { useMutation } from '@tanstack/react-query';
import { Input, Modal } from 'antd';
import { useState } from 'react';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useFilters } from '../../lib/location.tsx';
import { Field, useToast } from '../../ui/Field.tsx';
import { download } from '../../ui/csv.ts';
import { atRiskFilters } from './scoringQueries.ts';

const LEAST_REASON = 3;

/** The list as the server writes it, masked where it must be; the reason stands in the audit log. */
export function ExportAtRisk({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useT();
  const toast = useToast();
  const [filters] = useFilters();
  const [reason, setReason] = useState('');
  const { leastChurn, horizonMost, ...words } = atRiskFilters(filters);
  const asked = Object.fromEntries(Object.entries({ ...words, leastChurn: leastChurn ? Number(leastChurn) : undefined, horizonMost: horizonMost ? Number(horizonMost) : undefined }).filter(([, value]) => value !== undefined && value !== ''));
  const run = useMutation({
    mutationFn: () => api.file('/lifecycle/at-risk/export', { reason: reason.trim(), ...asked }),
    onSuccess: (file) => {
      download('value-at-risk.csv', file);
      onClose();
    },
    onError: toast.failed,
  });
  return (
    <Modal open={open} title={t('atRisk.export')} onCancel={onClose} okText={t('customers.export.go')} cancelText={t('customers.cancel')} okButtonProps={{ disabled: reason.trim().length < LEAST_REASON, loading: run.isPending }} onOk={() => run.mutate()} destroyOnHidden width={440}>
      <Field label={t('customers.export.why')} hint={t('customers.export.hint')}>{(field) => <Input.TextArea {...field} rows={2} value={reason} onChange={({ target }) => setReason(target.value)} />}</Field>
    </Modal>
  );
}
