import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import type { ChurnReport, Told, ValueReport } from '../churn/scoringQueries.ts';
import { useCoded } from '../churn/useReasons.ts';

/** Whether the model is used, said first, and the figures that decided it. */
export function Verdict({ told: { model, value, churn } }: { told: Told }) {
  const t = useT();
  const coded = useCoded();
  const facts = useFacts(value, churn);
  if (!model) return null;
  const isUsed = model.state === 'used' && model.name !== 'recency';
  const faults = value?.chosen ? [] : (value?.candidates ?? []).flatMap((candidate) => [...candidate.faults, ...(candidate.refused ? [candidate.refused] : [])].map((fault) => ({ name: candidate.name, fault })));
  return (
    <div className={isUsed ? 'verdict' : 'verdict not'}>
      <h2>{t(isUsed ? 'models.verdict.used' : model.state === 'failed' ? 'models.state.failed' : 'models.verdict.recency', { name: t(`models.name.${model.name ?? 'recency'}`) })}</h2>
      {facts && <p>{facts}</p>}
      {model.why && faults.length === 0 && <p className="grey">{coded(model.why)}</p>}
      {faults.length > 0 && <ul className="verdict-faults">{faults.map(({ name, fault }) => <li key={`${name}${fault.code}${JSON.stringify(fault.facts)}`}><span className="grey">{t(`models.name.${name}`)}</span> {coded(fault)}</li>)}</ul>}
    </div>
  );
}

/** What the hold-out said of the model and of its plainest rival, as one sentence. */
function useFacts(value: ValueReport | null, churn: ChurnReport | null): string | null {
  const t = useT();
  const { percent, decimal, day } = useFormats();
  if (value) {
    const best = value.candidates.find(({ name }) => name === value.chosen) ?? value.candidates.find(({ judged }) => judged);
    if (!best?.judged || !value.split) return null;
    const { totalError, auc } = best.judged;
    return t('models.verdict.value', { days: value.split.holdoutDays, people: value.split.customers, error: percent(totalError === null ? null : Math.abs(totalError)), way: (totalError ?? 0) < 0 ? 'less' : 'more', auc: decimal(auc?.auc, 3), recency: decimal(value.recency?.auc, 3) });
  }
  const used = churn?.contenders.find(({ name }) => name === churn.used);
  const recency = churn?.contenders.find(({ name }) => name === 'recency');
  if (!churn?.heldOut || !used?.auc) return null;
  return t('models.verdict.churn', { people: churn.heldOut.people, left: churn.heldOut.left, day: day(churn.heldOut.day), auc: decimal(used.auc.auc, 3), low: decimal(used.auc.low, 3), high: decimal(used.auc.high, 3), recency: decimal(recency?.auc?.auc, 3), error: percent(used.calibrationError) });
}
