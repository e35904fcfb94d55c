import { useFormats } from '../lib/format.ts';
import { useT } from '../lib/language.tsx';
import { Anchor } from '../lib/location.tsx';

/** One cohort: its name, how many began, and the share (0–1) in each following period; null where it is too young to say. */
export type Cohort = { key: string; label: string; size: number; shares: readonly (number | null)[]; people?: string | undefined };

/** The mean over every cohort old enough to be asked, its own first line. */
export type Overall = { label: string; size: number; shares: readonly (number | null)[] };

/** The cohort triangle: a real table whose cells carry their share as depth of green. Immature cells stay empty. */
export function CohortTable({ cohorts, overall, periods, caption, onPick }: { cohorts: readonly Cohort[]; overall?: Overall; periods: readonly string[]; caption: string; onPick?: (cohort: Cohort, period: number) => void }) {
  const t = useT();
  const { count, percent } = useFormats();
  const largest = Math.max(0.01, ...cohorts.flatMap(({ shares }) => shares.slice(1).map((share) => share ?? 0)));
  // Everybody is there in the first period: that column says nothing, so it stays without colour.
  const depth = (share: number, period: number): number => (period === 0 ? 0 : Math.min(1, share / largest) * 0.34 + 0.04);
  return (
    <div className="table-scroll" tabIndex={0}>
      <table className="cohort">
        <caption className="unseen">{caption}</caption>
        <thead><tr><th scope="col">{t('kit.cohort.cohort')}</th><th scope="col" className="number">{t('kit.cohort.size')}</th>{periods.map((period) => <th key={period} scope="col" className="number">{period}</th>)}</tr></thead>
        <tbody>
          {overall && <tr className="overall"><th scope="row">{overall.label}</th><td className="number">{count(overall.size)}</td>{periods.map((period, at) => <td key={period} className="number">{overall.shares[at] === null || overall.shares[at] === undefined ? '' : percent(overall.shares[at])}</td>)}</tr>}
          {cohorts.map((cohort) => (
            <tr key={cohort.key}>
              <th scope="row">{cohort.label}</th>
              <td className="number">{cohort.people ? <Anchor to={cohort.people}>{count(cohort.size)}</Anchor> : count(cohort.size)}</td>
              {periods.map((period, at) => {
                const share = cohort.shares[at];
                if (share === null || share === undefined) return <td key={period} className="young" />;
                const heat = depth(share, at);
                const style = { background: `color-mix(in srgb, var(--accent) ${Math.round(heat * 100)}%, transparent)` };
                return <td key={period} className="number heat" style={style}>{onPick ? <button type="button" className="plain" onClick={() => onPick(cohort, at)}>{percent(share, 0)}</button> : percent(share, 0)}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
