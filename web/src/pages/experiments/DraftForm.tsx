import { useQuery } from '@tanstack/react-query';
import { Button, Modal } from 'antd';
import { type ReactNode, useDeferredValue, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useGo } from '../../lib/location.tsx';
import { useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { paths } from '../../paths.ts';
import { Page } from '../../ui/Page.tsx';
import { Comes } from './Comes.tsx';
import { type Held, heldOf } from './draft.ts';
import { type ExperimentDetail, previewQuery } from './experimentsQueries.ts';
import { StepCost } from './StepCost.tsx';
import { StepHoldOut } from './StepHoldOut.tsx';
import { StepPeople } from './StepPeople.tsx';
import { StepRegister } from './StepRegister.tsx';

type FormProps = { draft: ExperimentDetail; start?: undefined } | { draft?: undefined; start: Held };

/** A new experiment, step by step: people, hold-out and size, channel and cost, registration. What it comes to stands beside it all the while. */
export function DraftForm({ draft, start }: FormProps) {
  const t = useT();
  const may = useMay();
  const [held, setHeld] = useState<Held>(() => (draft ? heldOf(draft) : start));
  const set = (change: Partial<Held>) => setHeld((now) => ({ ...now, ...change }));
  const step = { held, set, plan: (change: Partial<Held['plan']>) => setHeld((now) => ({ ...now, plan: { ...now.plan, ...change } })) };
  const asked = useDeferredValue(held);
  const preview = useQuery(previewQuery({ plan: asked.plan, startsOn: asked.startsOn, ...(asked.audience ? { audience: asked.audience } : {}), ...(draft ? { experimentId: draft.id } : {}) }));
  return (
    <Page title={draft ? draft.name : t('experiments.new')} lead={t('experiments.form.lead')}>
      <div className="experiment-form">
        <ol className="experiment-steps">
          <Step nth={1} title={t('experiments.form.people')}><StepPeople {...step} listed={draft?.audience.kind === 'customers' ? draft.audience.count : undefined} /></Step>
          <Step nth={2} title={t('experiments.form.holdOut')}><StepHoldOut {...step} preview={preview.data} /></Step>
          <Step nth={3} title={t('experiments.form.cost')}><StepCost {...step} preview={preview.data} /></Step>
          <Step nth={4} title={t('experiments.form.register')}><StepRegister {...step} /></Step>
        </ol>
        <aside className="experiment-comes"><Comes preview={preview} held={held}>{may('insight.write') && <Actions held={held} draft={draft} ready={held.name.trim() !== '' && (preview.data?.eligible ?? 0) > 1 && !preview.error} />}</Comes></aside>
      </div>
    </Page>
  );
}

function Step({ nth, title, children }: { nth: number; title: string; children: ReactNode }) {
  return <li className="experiment-step"><h2><span className="experiment-nth">{nth}</span>{title}</h2>{children}</li>;
}

function Actions({ held, draft, ready }: { held: Held; draft: ExperimentDetail | undefined; ready: boolean }) {
  const t = useT();
  const go = useGo();
  const [sure, setSure] = useState(false);
  const { audience, ...rest } = held;
  const body = { ...rest, name: held.name.trim(), ...(audience ? { audience } : {}) };
  const keep = (): Promise<ExperimentDetail> => (draft ? api.patch(`/insight/experiments/${draft.id}`, body) : api.post('/insight/experiments', body));
  const save = useWrite(['experiments'], keep, { isSeenFirst: true, after: ({ id }) => go(paths.experiment(id), { replace: true }) });
  const draw = useWrite(['experiments'], async () => api.post<ExperimentDetail>(`/insight/experiments/${(await keep()).id}/draw`), { isSeenFirst: true, after: ({ id }) => { setSure(false); go(paths.experiment(id), { replace: true }); } });
  const remove = useWrite(['experiments'], () => (draft ? api.delete(`/insight/experiments/${draft.id}`) : Promise.resolve()), { isSeenFirst: true, after: () => go(paths.experiments()) });
  return (
    <div className="stack">
      <Button type="primary" block disabled={!ready} onClick={() => setSure(true)}>{t('experiments.draw')}</Button>
      <div className="row">
        <Button disabled={held.name.trim() === ''} loading={save.isPending} onClick={() => save.mutate()}>{t('experiments.keep')}</Button>
        {draft && <Button type="text" loading={remove.isPending} onClick={() => remove.mutate()}>{t('experiments.drop')}</Button>}
      </div>
      {held.name.trim() === '' && <p className="grey small">{t('experiments.name.first')}</p>}
      <Modal open={sure} title={t('experiments.draw.title')} onCancel={() => setSure(false)} okText={t('experiments.draw')} cancelText={t('customers.cancel')} okButtonProps={{ loading: draw.isPending }} onOk={() => draw.mutate()} width={460}>
        <p>{t('experiments.draw.means')}</p>
      </Modal>
    </div>
  );
}
