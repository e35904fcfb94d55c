import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Section } from '../../ui/Page.tsx';
import { useArmName } from './armNames.ts';
import type { ResultDetail } from './experimentsQueries.ts';
import { Behind } from './People.tsx';
import { usePoints } from './usePoints.ts';

/** What must not get worse, and whether it did. */
export function Guardrails({ result }: { result: ResultDetail }) {
  const t = useT();
  const { percent } = useFormats();
  const points = usePoints();
  const armName = useArmName();
  const rows = result.comparisons.flatMap((comparison) => comparison.guardrails.map((guardrail) => ({ ...guardrail, arm: result.arms.find(({ arm }) => arm === comparison.arm) ?? comparison })));
  if (rows.length === 0) return null;
  return (
    <Section title={t('experiments.guardrails')} note={t('experiments.guardrails.note')}>
      <div className="table-scroll" tabIndex={0}>
        <table className="data compact">
          <thead><tr><th scope="col">{t('experiments.guardrail')}</th><th scope="col">{t('experiments.arm')}</th>{(['treated', 'control', 'interval', 'margin'] as const).map((head) => <th key={head} scope="col" className="number">{t(`experiments.guardrail.${head}`)}</th>)}<th scope="col">{t('experiments.guardrail.state')}</th></tr></thead>
          <tbody>
            {rows.map(({ metric, arm, treated, control, interval, margin, state }) => (
              <tr key={`${metric} ${arm.arm}`}>
                <td>{t(`experiments.guarded.${metric}`)}</td><td>{armName(arm)}</td>{([[arm, treated], [result.arms[0] ?? arm, control]] as const).map(([side, share]) => <td key={side.arm} className="number"><Behind people={Math.round(share * 1e9)} pick={{ arm: side.arm, which: metric }} title={`${armName(side)}: ${t(`experiments.guarded.${metric}`)}`}>{percent(share)}</Behind></td>)}
                <td className="number">{points(interval.low)} … {points(interval.high)}</td><td className="number">{points(margin)}</td><td><span className={`guardrail ${state}`}>{t(`experiments.guardrail.${state}`)}</span></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}
