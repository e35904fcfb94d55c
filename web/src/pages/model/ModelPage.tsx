import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { MODEL_KINDS, type ModelKind } from '../churn/scoringCodes.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor, useFilters } from '../../lib/location.tsx';
import { useMay } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { Choices } from '../../ui/Choices.tsx';
import { Page, Section } from '../../ui/Page.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { WhenSeen } from '../../ui/WhenSeen.tsx';
import { modelQuery, type Scoring, type Told } from '../churn/scoringQueries.ts';
import { NotScored, Training } from '../churn/Training.tsx';
import { useScoring, useTrainAgain } from '../churn/useScoring.ts';
import { ChurnReportView } from './ChurnReportView.tsx';
import { Governance } from './Governance.tsx';
import { ModelHistory } from './ModelHistory.tsx';
import { ValueReportView } from './ValueReportView.tsx';
import { Verdict } from './Verdict.tsx';
import './model.css';

const kindIn = (text: string | undefined): ModelKind => MODEL_KINDS.find((kind) => kind === text) ?? 'value';

/** How far each model can be trusted: the verdict, the proof on days it has not seen, its parameters, its history, and what scores may be used for. */
export default function ModelPage() {
  const t = useT();
  const [filters, change] = useFilters();
  const scoring = useScoring();
  const kind = kindIn(filters['kind']);
  return (
    <Page title={t('nav.lifecycle.model')} lead={scoring.data && <When state={scoring.data} />} actions={<TrainAgain busy={Boolean(scoring.data?.running)} />}>
      {scoring.data?.running && <Training line={scoring.data.running} />}
      <Choices label={t('models.which')} options={MODEL_KINDS.map((key) => ({ key, label: t(`models.kind.${key}`) }))} value={kind} onChoose={(key) => change({ kind: key, number: null })} />
      <Loaded query={scoring} skeleton={<Skeleton height={320} />}>{(state) => <OneModel kind={kind} state={state} />}</Loaded>
      <WhenSeen height={420}><Governance /></WhenSeen>
    </Page>
  );
}

function OneModel({ kind, state }: { kind: ModelKind; state: Scoring }) {
  const [filters] = useFilters();
  const model = useQuery(modelQuery(kind, filters['number']));
  return <Loaded query={model} skeleton={<Skeleton height={420} />}>{(told) => (told.model ? <ModelTold told={told} kind={kind} /> : state.running ? null : <NotScored state={state} />)}</Loaded>;
}

function ModelTold({ told, kind }: { told: Told; kind: ModelKind }) {
  const t = useT();
  const [filters] = useFilters();
  const newest = told.history[0]?.number;
  return (
    <>
      {filters['number'] && told.model?.number !== newest && <p className="grey small">{t('models.older', { number: told.model?.number ?? 0 })} <Anchor to={paths.model({ kind })}>{t('models.newest')}</Anchor></p>}
      <Verdict told={told} />
      {told.value && <ValueReportView report={told.value} />}
      {told.churn && <ChurnReportView report={told.churn} />}
      <WhenSeen height={240}><Section title={t('models.history')} note={t('models.history.note')}><ModelHistory told={told} kind={kind} /></Section></WhenSeen>
    </>
  );
}

/** When the scores are from and when the models are fitted next. */
function When({ state: { scored, nextOn } }: { state: Scoring }) {
  const t = useT();
  const { day } = useFormats();
  if (!scored.asOf) return <>{t('models.lead.none')}</>;
  return <>{t('models.lead', { customers: scored.customers, asOf: day(scored.asOf), next: nextOn ? day(nextOn) : '', planned: nextOn ? 'yes' : 'no' })}</>;
}

function TrainAgain({ busy }: { busy: boolean }) {
  const t = useT();
  const may = useMay();
  const train = useTrainAgain();
  if (!may('lifecycle.write')) return null;
  return <Button type="primary" loading={train.isPending} disabled={busy} onClick={() => train.mutate()}>{t('models.train')}</Button>;
}
