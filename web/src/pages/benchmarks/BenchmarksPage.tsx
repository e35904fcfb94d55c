import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useFilters } from '../../lib/location.tsx';
import { useMay } from '../../lib/session.ts';
import { Page, Section } from '../../ui/Page.tsx';
import { SidePanel } from '../../ui/SidePanel.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { ChurnLine } from './ChurnLine.tsx';
import { CostBand } from './CostBand.tsx';
import { LinesForm } from './LinesForm.tsx';
import { StageSatisfaction } from './StageSatisfaction.tsx';
import { churnYearsQuery, costSplitQuery, type Figure, libraryQuery, satisfactionQuery } from './benchmarkQueries.ts';

/** Figures of the trade beside ours; all of them carry that nobody has checked them. */
export default function BenchmarksPage() {
  const t = useT();
  const may = useMay()('insight.write');
  const [filters] = useFilters();
  const [editing, setEditing] = useState(false);
  const [churn, costs, satisfaction, library] = [useQuery(churnYearsQuery(filters['shop'])), useQuery(costSplitQuery), useQuery(satisfactionQuery), useQuery(libraryQuery)];
  return (
    <Page title={t('nav.insight.benchmarks')} lead={t('benchmarks.lead')} actions={may && <Button onClick={() => setEditing(true)}>{t('benchmarks.lines.edit')}</Button>}>
      <Section><Loaded query={churn} skeleton={<Skeleton height={300} />}>{(told) => <ChurnLine told={told} />}</Loaded></Section>
      <Section><Loaded query={costs} skeleton={<Skeleton lines={6} />}>{(told) => <CostBand told={told} />}</Loaded></Section>
      <Section><Loaded query={satisfaction} skeleton={<Skeleton height={260} />}>{(told) => <StageSatisfaction told={told} />}</Loaded></Section>
      <Section title={t('benchmarks.library')}><Loaded query={library} skeleton={<Skeleton lines={12} />}>{({ rows }) => <Library rows={rows} />}</Loaded></Section>
      <SidePanel open={editing} onClose={() => setEditing(false)} title={t('benchmarks.lines')}>{library.data && <LinesForm lines={library.data.lines} />}</SidePanel>
    </Page>
  );
}

function useFigure(): (figure: Figure) => string {
  const t = useT();
  const { percent, count, moneyRound } = useFormats();
  return ({ kind, value, to, currency }) => {
    if (kind === 'times') return t('benchmarks.times', { value: count(value) });
    if (kind === 'amount') return moneyRound(value * 100, currency ?? 'CNY');
    if (kind === 'rise') return t('benchmarks.rise', { value: percent(value, 0) });
    return to === null ? percent(value, 0) : t('benchmarks.band', { from: percent(value, 0), to: percent(to, 0) });
  };
}

function Library({ rows }: { rows: readonly Figure[] }) {
  const t = useT();
  const write = useFigure();
  return (
    <div className="table-scroll" tabIndex={0}>
      <table className="data compact">
        <thead><tr><th scope="col">{t('benchmarks.name')}</th><th scope="col" className="number">{t('benchmarks.figure')}</th><th scope="col">{t('benchmarks.status')}</th><th scope="col">{t('benchmarks.source')}</th></tr></thead>
        <tbody>
          {rows.map((figure) => (
            <tr key={figure.id}><th scope="row">{figure.name}</th><td className="number">{write(figure)}</td><td className="nowrap"><span className="ochre">{figure.label}</span></td><td className="wrap"><span>{figure.hypothesis}</span> <span className="grey small">{figure.citation}</span></td></tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
