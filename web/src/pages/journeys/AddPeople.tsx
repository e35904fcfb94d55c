import { Button, Modal } from 'antd';
import { useState } from 'react';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useToast } from '../../ui/Field.tsx';
import { CustomerChoice } from '../templates/CustomerChoice.tsx';
import type { Journey } from './journeyQueries.ts';
import { useJourneyWrite } from './useJourneyWrite.ts';

/** Lets one person in by hand, where the journey is entered so. */
export function AddPeople({ journey }: { journey: Journey }) {
  const t = useT();
  const toast = useToast();
  const [open, setOpen] = useState(false);
  const [whom, setWhom] = useState<{ id: string; name: string } | null>(null);
  const close = () => {
    setOpen(false);
    setWhom(null);
  };
  const add = useJourneyWrite((customer: string) => api.post<{ enrolled: string[]; passed: number }>(`/journeys/${journey.id}/enrolments`, { people: [{ customer }] }), {
    after: ({ enrolled }) => {
      toast.done(t(enrolled.length > 0 ? 'journeys.add.done' : 'journeys.add.passed', { name: whom?.name ?? '' }));
      close();
    },
  });
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t('journeys.add')}</Button>
      <Modal open={open} title={t('journeys.add')} onCancel={close} okText={t('journeys.add.ok')} cancelText={t('customers.cancel')} okButtonProps={{ disabled: whom === null, loading: add.isPending }} onOk={() => whom && add.mutate(whom.id)} width={440}>
        <div className="stack"><CustomerChoice whom={whom} onWhom={setWhom} /><p className="grey small">{t('journeys.add.means')}</p></div>
      </Modal>
    </>
  );
}
