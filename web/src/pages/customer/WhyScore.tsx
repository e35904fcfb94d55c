import { Select, Switch } from 'antd';
import { EXIT_REASONS } from '../churn/scoringCodes.ts';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { paths } from '../../paths.ts';
import { Section } from '../../ui/Page.tsx';
import type { CustomerScore } from '../churn/scoringQueries.ts';
import { Contributions } from './Contributions.tsx';
import { ExportExplanation } from './ExportExplanation.tsx';
import { CUSTOMER_MOVES } from './customerQueries.ts';

type WhyProps = { id: string; told: CustomerScore; score: NonNullable<CustomerScore['score']> };

/** How the score came about, exactly; what may be changed about it; and the explanation to hand over. */
export function WhyScore({ id, told, score }: WhyProps) {
  const t = useT();
  const { percent, day } = useFormats();
  const may = useMay();
  const { method, churn, churnBaseline, horizonDays, asOf, valueModel, churnModel, pAlive } = score;
  return (
    <div className="stack">
      <p>{t('score.why.lead', { churn: percent(churn, 0), days: horizonDays })}</p>
      <p className="grey">{t(`score.why.${method}`, { days: horizonDays, baseline: percent(churnBaseline, 0), alive: percent(pAlive, 0) })}</p>
      <Contributions reasons={score.reasons} odds={score.odds} churn={churn} />
      <p className="grey small">{t('score.why.version', { asOf: day(asOf), value: valueModel, churn: churnModel })} <Anchor to={paths.model({ kind: 'churn' })}>{t('atRisk.trust')}</Anchor></p>
      <Section title={t('score.traits')}><TraitSwitch id={id} told={told} /></Section>
      <Section title={t('score.exit')} note={t('score.exit.note')}><ExitReasonChoice id={id} told={told} /></Section>
      {may('customers.export') && <Section title={t('score.export')} note={t('score.export.note')}><ExportExplanation id={id} /></Section>}
    </div>
  );
}

/** 不基于我的特征: whoever objects is scored by what they did alone. */
function TraitSwitch({ id, told: { withoutTraits } }: { id: string; told: CustomerScore }) {
  const t = useT();
  const { day } = useFormats();
  const may = useMay()('customers.write');
  const save = useWrite([...CUSTOMER_MOVES, 'scoring'], (on: boolean) => api.put(`/lifecycle/customers/${id}/scoring`, { withoutTraits: on }), { done: t('score.traits.saved') });
  return (
    <div className="stack">
      <label className="row"><Switch size="small" checked={withoutTraits.on} disabled={!may || save.isPending} onChange={(on) => save.mutate(on)} aria-label={t('score.traits')} />{t(withoutTraits.on ? 'score.traits.on' : withoutTraits.byWorkspace ? 'score.traits.off.workspace' : 'score.traits.off', { since: day(withoutTraits.since), known: withoutTraits.since ? 'yes' : 'no' })}</label>
      <p className="grey small">{t(withoutTraits.byWorkspace ? 'score.traits.workspace' : 'score.traits.note')}</p>
    </div>
  );
}

const UNSAID = 'unsaid';

/** Why they left, where somebody knows: by staff or told in a survey, never guessed here. */
function ExitReasonChoice({ id, told: { exitReason } }: { id: string; told: CustomerScore }) {
  const t = useT();
  const { day } = useFormats();
  const may = useMay()('customers.write');
  const save = useWrite([...CUSTOMER_MOVES, 'scoring'], (reason: string | null) => api.put(`/lifecycle/customers/${id}/exit-reason`, { reason, source: 'staff' }), { done: t('score.exit.saved') });
  const options = [{ value: UNSAID, label: t('score.exit.none') }, ...EXIT_REASONS.filter((reason) => reason !== 'unknown').map((reason) => ({ value: reason, label: t(`exit.${reason}`) }))];
  return (
    <div className="row">
      <Select aria-label={t('score.exit')} value={exitReason?.reason ?? UNSAID} options={options} disabled={!may || save.isPending} popupMatchSelectWidth={false} onChange={(reason: string) => save.mutate(reason === UNSAID ? null : reason)} />
      {exitReason && <span className="grey small">{t('score.exit.said', { source: t(`exit.by.${exitReason.source}`), day: day(exitReason.on) })}</span>}
    </div>
  );
}
