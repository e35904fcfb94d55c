import { useFormats } from '../lib/format.ts';
import { useT } from '../lib/language.tsx';

export type FunnelStep = { key: string; label: string; count: number };
type Props = { steps: readonly FunnelStep[]; weakest?: string | undefined; onPeople?: (key: string) => void; onLost?: (key: string) => void };

/** A funnel as bars from one edge: the share of the first step, the share of the step before, and the weakest step in 赭. */
export function FunnelBars({ steps, weakest, onPeople, onLost }: Props) {
  const t = useT();
  const { count, percent } = useFormats();
  const first = Math.max(1, steps[0]?.count ?? 1);
  return (
    <ol className="funnel">
      {steps.map((step, at) => {
        const before = steps[at - 1];
        return (
          <li key={step.key} className={step.key === weakest ? 'weakest' : undefined}>
            <span className="funnel-label">{step.label}</span>
            <span className="funnel-track"><i style={{ width: `${(step.count / first) * 100}%` }} /></span>
            <span className="number strong">{onPeople ? <button type="button" className="plain link" onClick={() => onPeople(step.key)}>{count(step.count)}</button> : count(step.count)}</span>
            <span className="number grey">{percent(step.count / first)}</span>
            <span className="funnel-step small">
              {before && <>{t('kit.funnel.from', { share: percent(before.count === 0 ? null : step.count / before.count) })} · {onLost ? <button type="button" className="plain link" onClick={() => onLost(step.key)}>{t('kit.funnel.lost', { count: before.count - step.count })}</button> : t('kit.funnel.lost', { count: before.count - step.count })}</>}
              {step.key === weakest && <span className="ochre strong"> · {t('kit.funnel.weakest')}</span>}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
