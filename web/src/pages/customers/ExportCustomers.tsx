import { useMutation } from '@tanstack/react-query';
import { Input, Modal } from 'antd';
import { useState } from 'react';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useToast } from '../../ui/Field.tsx';
import { Field } from '../../ui/Field.tsx';
import { download } from '../../ui/csv.ts';

/** An export needs a reason; the server writes the file, masks what must be masked, and keeps the reason. */
export function ExportCustomers({ ids, open, onClose }: { ids: readonly string[]; open: boolean; onClose: () => void }) {
  const t = useT();
  const toast = useToast();
  const [reason, setReason] = useState('');
  const run = useMutation({
    mutationFn: () => api.file('/customers/export', { customers: ids, reason }),
    onSuccess: (file) => {
      download('customers.csv', file);
      onClose();
    },
    onError: toast.failed,
  });
  return (
    <Modal open={open} title={t('customers.export.title', { count: ids.length })} onCancel={onClose} okText={t('customers.export.go')} cancelText={t('customers.cancel')} okButtonProps={{ disabled: reason.trim().length < 3, loading: run.isPending }} onOk={() => run.mutate()} destroyOnHidden width={440}>
      <Field label={t('customers.export.why')} hint={t('customers.export.hint')}>{(field) => <Input.TextArea {...field} rows={2} value={reason} onChange={(event) => setReason(event.target.value)} />}</Field>
    </Modal>
  );
}
