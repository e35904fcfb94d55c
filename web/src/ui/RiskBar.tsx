import { useFormats } from '../lib/format.ts';
import { useT } from '../lib/language.tsx';

/** The probability of leaving as a bar with its figure; the notch is what silence alone would say. */
export function RiskBar({ churn, baseline }: { churn: number | null; baseline: number | null }) {
  const t = useT();
  const { percent } = useFormats();
  if (churn === null) return <span className="grey">—</span>;
  const label = t('score.risk.told', { churn: percent(churn, 0), baseline: percent(baseline, 0) });
  return (
    <span className="risk" title={label}>
      <span className="risk-track" role="img" aria-label={label}>
        <i style={{ width: `${churn * 100}%` }} />
        {baseline !== null && <b style={{ left: `${baseline * 100}%` }} />}
      </span>
      <span className="strong">{percent(churn, 0)}</span>
      {baseline !== null && <span className="grey small">{percent(baseline, 0)}</span>}
    </span>
  );
}
