import { Button, Modal } from 'antd';
import { useState } from 'react';
import { useT } from '../../lib/language.tsx';
import { Notice } from '../../ui/Figure.tsx';
import { CustomerChoice } from '../templates/CustomerChoice.tsx';
import type { Journey } from './journeyQueries.ts';
import { useLetIn } from './useLetIn.ts';

/** Lets one person in by hand, where the journey is entered so; whoever is not let in is told of with the reason. */
export function AddPeople({ journey }: { journey: Journey }) {
  const t = useT();
  const [open, setOpen] = useState(false);
  const [whom, setWhom] = useState<{ id: string; name: string } | null>(null);
  const close = () => {
    setOpen(false);
    setWhom(null);
    letIn.forget();
  };
  const letIn = useLetIn(close);
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t('journeys.add')}</Button>
      <Modal open={open} title={t('journeys.add')} onCancel={close} okText={t('journeys.add.ok')} cancelText={t('customers.cancel')} okButtonProps={{ disabled: whom === null, loading: letIn.isPending }} onOk={() => whom && letIn.ask(journey.id, whom)} width={440}>
        <div className="stack">
          <CustomerChoice label={t('journeys.add.whom')} whom={whom} onWhom={(next) => { setWhom(next); letIn.forget(); }} />
          {letIn.refused === null ? <p className="grey small">{t('journeys.add.means')}</p> : <Notice>{letIn.refused}</Notice>}
        </div>
      </Modal>
    </>
  );
}
