import { useQuery } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import { useState } from 'react';
import { useT } from '../../lib/language.tsx';
import { Notice } from '../../ui/Figure.tsx';
import { enterableQuery } from '../journeys/journeyQueries.ts';
import { useLetIn } from '../journeys/useLetIn.ts';

/** Lets this customer into a journey by hand; nothing where no journey under way is entered so. */
export function JoinJourney({ id, name }: { id: string; name: string }) {
  const t = useT();
  const { data: journeys = [] } = useQuery(enterableQuery);
  const [chosen, setChosen] = useState<string | null>(null);
  const letIn = useLetIn(() => setChosen(null));
  if (journeys.length === 0) return null;
  return (
    <div className="stack join-journey">
      <div className="row">
        <Select aria-label={t('journeys.join.which')} placeholder={t('journeys.join.which')} value={chosen} allowClear style={{ minWidth: 180, flex: 1 }} options={journeys.map((one) => ({ value: one.id, label: one.name }))} onChange={(next: string | undefined) => { setChosen(next ?? null); letIn.forget(); }} />
        <Button disabled={chosen === null} loading={letIn.isPending} onClick={() => chosen && letIn.ask(chosen, { id, name })}>{t('journeys.add.ok')}</Button>
      </div>
      {letIn.refused !== null && <Notice>{letIn.refused}</Notice>}
    </div>
  );
}
