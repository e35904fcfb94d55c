import { useQuery } from '@tanstack/react-query';
import { Button, InputNumber } from 'antd';
import { type FormEvent, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { paths } from '../../paths.ts';
import { Field } from '../../ui/Field.tsx';
import { Page, Section } from '../../ui/Page.tsx';
import { Empty, Failure, Loaded, Skeleton } from '../../ui/States.tsx';
import { Answer } from './Answer.tsx';
import { DraftDifference } from './Difference.tsx';
import { type Approval, approvalsQuery, JOURNEY_MOVES, journeyQuery, settingQuery } from './journeyQueries.ts';
import './journeys.css';

/** What waits for a yes, with all that is needed to give one; what was answered; and from how many people on a yes is needed. */
export default function ApprovalsPage() {
  const t = useT();
  const approvals = useQuery(approvalsQuery({}));
  const rows = approvals.data?.rows;
  const waiting = (rows ?? []).filter(({ decision }) => decision === null), answered = (rows ?? []).filter(({ decision }) => decision !== null);
  return (
    <Page title={t('nav.engage.approvals')} lead={rows && t('journeys.approvals.lead', { count: waiting.length, people: waiting.reduce((sum, { people }) => sum + people, 0) })}>
      {approvals.error && !rows ? <Failure error={approvals.error} onRetry={() => void approvals.refetch()} /> : !rows ? <Skeleton lines={8} /> : (
        <>
          {waiting.length === 0 && <Empty title={t('journeys.approvals.none')}>{t('journeys.approvals.none.why')}</Empty>}
          {waiting.map((approval) => <Waiting key={approval.id} approval={approval} />)}
          {answered.length > 0 && <Section title={t('journeys.approvals.answered')}><Answered rows={answered} /></Section>}
        </>
      )}
      <Setting />
    </Page>
  );
}

function Waiting({ approval }: { approval: Approval }) {
  const t = useT();
  const { moment, percent } = useFormats();
  const journey = useQuery(journeyQuery(approval.journeyId));
  return (
    <Section title={<Anchor to={paths.journey(approval.journeyId)}>{approval.journeyName || t('journeys.gone')}</Anchor>} note={t('journeys.approvals.asked', { name: approval.askedByName || t('journeys.owner.program'), at: moment(approval.askedAt) })}>
      <div className="stack approval">
        <p><span className="figure">{t('journeys.approvals.people', { people: approval.people })}</span> <span className="grey">{journey.data && t('journeys.approvals.holdOut', { share: percent(journey.data.holdOut, 0) })}</span></p>
        {approval.note && <blockquote>{approval.note}</blockquote>}
        <Loaded query={journey} skeleton={<Skeleton lines={5} />}>{(whole) => <><h3>{t(whole.version === 0 ? 'journeys.approvals.what' : 'journeys.approvals.changed')}</h3><DraftDifference journey={whole} /></>}</Loaded>
        <Answer approval={approval} />
      </div>
    </Section>
  );
}

function Answered({ rows }: { rows: readonly Approval[] }) {
  const t = useT();
  const { moment, count } = useFormats();
  return (
    <div className="table-scroll" tabIndex={0}>
      <table className="data compact stacks">
        <thead><tr><th scope="col">{t('journeys.name')}</th><th scope="col">{t('journeys.approvals.decision')}</th><th scope="col" className="number">{t('journeys.approvals.heads')}</th><th scope="col">{t('journeys.approvals.by')}</th><th scope="col">{t('journeys.approvals.note')}</th></tr></thead>
        <tbody>
          {rows.map(({ id, journeyId, journeyName, decision, people, decidedByName, decidedAt, decisionNote, askedByName }) => (
            <tr key={id}>
              <td className="phone-head"><Anchor to={paths.journey(journeyId)}>{journeyName || t('journeys.gone')}</Anchor></td>
              <td className="phone-aside"><span className={decision === 'approved' ? 'journey-live' : 'ochre'}>{t(`journeys.approval.${decision ?? 'open'}`)}</span></td>
              <td className="number" data-label={t('journeys.approvals.heads')}>{count(people)}</td>
              <td data-label={t('journeys.approvals.by')}>{t('journeys.approvals.pair', { asked: askedByName || '—', decided: decidedByName || '—', at: moment(decidedAt) })}</td>
              <td className="wrap" data-label={t('journeys.approvals.note')}>{decisionNote || '—'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** From how many people on somebody else's yes is needed. */
function Setting() {
  const t = useT();
  const setting = useQuery(settingQuery);
  const may = useMay();
  return (
    <Section title={t('journeys.setting')} note={t('journeys.setting.note')}>
      <Loaded query={setting} skeleton={<Skeleton lines={1} />}>{({ approvalPeople }) => (may('engage.approve') ? <SettingForm key={approvalPeople} people={approvalPeople} /> : <p>{t('journeys.setting.of', { people: approvalPeople })}</p>)}</Loaded>
    </Section>
  );
}

const MOST = 10_000_000;

function SettingForm({ people }: { people: number }) {
  const t = useT();
  const [value, setValue] = useState<number | null>(people);
  const save = useWrite(JOURNEY_MOVES, () => api.put('/journey-settings', { approvalPeople: value }), { done: t('settings.saved') });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(undefined);
  };
  return (
    <form className="form" onSubmit={submit}>
      <Field label={t('journeys.setting.people')} hint={t('journeys.setting.zero')}>{(ids) => <InputNumber {...ids} min={0} max={MOST} precision={0} value={value} onChange={setValue} style={{ width: 160 }} />}</Field>
      <div><Button htmlType="submit" loading={save.isPending} disabled={value === null || value === people}>{t('accounts.save')}</Button></div>
    </form>
  );
}
