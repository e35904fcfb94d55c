import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { useCurrency } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { Delta, Reach, WhyButton } from '../../ui/Figure.tsx';
import type { StageLine } from './lifecycleQueries.ts';

/** Stage × strategy: eight columns from prospect to won back; a stage with people and no active play is marked. */
export function StageColumns({ stages }: { stages: readonly StageLine[] }) {
  const t = useT();
  return (
    <ul className="stage-columns" aria-label={t('lifecycle.title')}>
      {stages.map((line) => <StageColumn key={line.stage} line={line} />)}
    </ul>
  );
}

function StageColumn({ line }: { line: StageLine }) {
  const t = useT();
  const { count, moneyCompact } = useFormats();
  const currency = useCurrency();
  const { stage, customers, before, reach, netMinor, states, needs, goal, kpi, ownerTeam } = line;
  const people = paths.customers({ stage });
  return (
    <li className="stage-column" style={{ borderTopColor: `var(--stage-${stage.replace('_', '-')})` }}>
      <h2>{t(`stage.${stage}`)}<WhyButton label={t(`stage.${stage}`)} definition={t(`lifecycle.definition.${stage}`)} people={people} /></h2>
      <p><Anchor className="stage-count" to={people}>{count(customers)}</Anchor></p>
      <p className="small"><Delta change={customers - before} /></p>
      <dl>
        <div><dt>{t('lifecycle.plays')}</dt><dd><Plays line={line} /></dd></div>
        <div><dt>{t('lifecycle.reach')}</dt><dd><Reach channels={reach} of={customers} /></dd></div>
        <div><dt>{t('lifecycle.value')}</dt><dd>{moneyCompact(netMinor, currency)}</dd></div>
        <Strategy name={t('lifecycle.needs')} text={needs} />
        <Strategy name={t('lifecycle.goal')} text={goal} />
        <Strategy name="KPI" text={kpi} />
        <Strategy name={t('lifecycle.owner')} text={ownerTeam} />
        {states.length > 1 && <div><dt>{t('lifecycle.states')}</dt><dd>{states.map(({ state, customers: people }) => <span key={state} className="stage-state">{t(`state.${state}`)} {count(people)}</span>)}</dd></div>}
      </dl>
    </li>
  );
}

function Strategy({ name, text }: { name: string; text: string }) {
  return text ? <div><dt>{name}</dt><dd>{text}</dd></div> : null;
}

function Plays({ line: { plays, needsPlay, customers } }: { line: StageLine }) {
  const t = useT();
  if (needsPlay && customers > 0) return <span className="act">{t('lifecycle.noPlay')}</span>;
  if (plays.length === 0) return <span className="grey">—</span>;
  return <>{plays.map(({ id, name, status }) => <span key={id} className={status === 'paused' ? 'stage-state grey' : 'stage-state'}>{name}{status === 'paused' ? ` · ${t('lifecycle.paused')}` : ''}</span>)}</>;
}
