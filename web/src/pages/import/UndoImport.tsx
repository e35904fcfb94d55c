import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Popconfirm } from 'antd';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useMay } from '../../lib/session.ts';
import { useToast } from '../../ui/Field.tsx';
import type { ImportView } from './importQueries.ts';

/** Takes a whole import back, after saying what that means. */
export function UndoImport({ one, link }: { one: ImportView; link?: boolean }) {
  const t = useT();
  const may = useMay();
  const toast = useToast();
  const client = useQueryClient();
  const undo = useMutation({
    mutationFn: () => api.post(`/imports/${one.id}/undo`),
    onSuccess: () => { void client.invalidateQueries({ queryKey: ['imports'] }); },
    onError: toast.failed,
  });
  if (!may('imports.write') || (one.status !== 'finished' && one.status !== 'failed')) return null;
  return (
    <Popconfirm title={t('imports.undo.sure')} description={<div className="undo-said">{t('imports.undo.means')}</div>} okText={t('imports.undo')} cancelText={t('imports.keep')} onConfirm={() => undo.mutate()}>
      {link ? <button type="button" className="plain link" disabled={undo.isPending}>{t('imports.undo')}</button> : <Button loading={undo.isPending}>{t('imports.undo')}</Button>}
    </Popconfirm>
  );
}
