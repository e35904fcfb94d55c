import { useQuery } from '@tanstack/react-query';
import { Input, Modal } from 'antd';
import { useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor, useGo } from '../../lib/location.tsx';
import { useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { paths } from '../../paths.ts';
import { Field } from '../../ui/Field.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { CUSTOMER_MOVES, type MergeLine, mergesQuery } from './customerQueries.ts';

/** The merges and partings this record went through; a merge that still stands can be undone. */
export function Merges({ id }: { id: string }) {
  const t = useT();
  const { day } = useFormats();
  const may = useMay()('customers.merge');
  const merges = useQuery(mergesQuery(id));
  const [undoing, setUndoing] = useState<MergeLine | null>(null);
  return (
    <>
      <Loaded query={merges} skeleton={<Skeleton lines={2} />}>
        {({ rows }) => (
          <dl className="pairs">
            {rows.map((one) => (
              <div key={one.id}>
                <dt>{t(`customer.merges.${one.kind}`)}<span className="grey small"> · {t(`customer.merges.by.${one.byKind === 'user' ? 'user' : 'rule'}`)} · {day(one.at)}</span>{one.reason && <span className="grey small merge-reason">{one.reason}</span>}{one.kind === 'unmerge' && one.parts[0] && one.parts[0].customer !== id && <Anchor className="link small merge-reason" to={paths.customer(one.parts[0].customer)}>{t('customer.merges.other')}</Anchor>}</dt>
                <dd>{one.kind === 'merge' && (one.undoneAt ? <span className="grey small">{t('customer.merges.undone', { day: day(one.undoneAt) })}</span> : may && <button type="button" className="plain link" onClick={() => setUndoing(one)}>{t('customer.merges.undo')}</button>)}</dd>
              </div>
            ))}
          </dl>
        )}
      </Loaded>
      {undoing && <UndoMerge merge={undoing} onClose={() => setUndoing(null)} />}
    </>
  );
}

function UndoMerge({ merge, onClose }: { merge: MergeLine; onClose: () => void }) {
  const t = useT();
  const go = useGo();
  const [reason, setReason] = useState('');
  const undo = useWrite(CUSTOMER_MOVES, () => api.post<{ customers: [string, string] }>(`/identity/merges/${merge.id}/undo`, { reason: reason.trim() }), {
    done: t('customer.merges.done'), after: ({ customers }) => { onClose(); go(paths.customer(customers[0]), { replace: true }); },
  });
  return (
    <Modal open title={t('customer.merges.undo.title')} onCancel={onClose} okText={t('customer.merges.undo')} cancelText={t('customers.cancel')} okButtonProps={{ disabled: reason.trim().length < 3, loading: undo.isPending }} onOk={() => undo.mutate(undefined)} width={440}>
      <div className="form">
        <p>{t('customer.merges.undo.means')}</p>
        <Field label={t('customer.merge.reason')} hint={t('customer.merge.reason.hint')}>{(ids) => <Input {...ids} value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />}</Field>
      </div>
    </Modal>
  );
}
