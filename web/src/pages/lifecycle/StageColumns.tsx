import { useState } from 'react';
import { STAGE_OF_STATE } from '../../../../src/lifecycle/core/stage.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { useCurrency, useMay } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { Delta, Reach, WhyButton } from '../../ui/Figure.tsx';
import type { Matrix, Overview } from './lifecycleQueries.ts';
import { StrategyPanel } from './StrategyPanel.tsx';

type Row = Matrix['rows'][number];
type Line = Overview['stages'][number] & { states: Overview['states']; row: Row | undefined };

/** Stage × strategy: eight columns from prospect to won back; a stage with people and no active play is marked. */
export function StageColumns({ overview, matrix }: { overview: Overview; matrix: Matrix | undefined }) {
  const t = useT();
  return (
    <ul className="stage-columns" aria-label={t('lifecycle.title')}>
      {overview.stages.map((line) => <StageColumn key={line.stage} line={{ ...line, states: statesOf(overview, line.stage), row: matrix?.rows.find(({ stage }) => stage === line.stage) }} />)}
    </ul>
  );
}

/** The branches inside a stage: 待二购 within 沉默, 一次客流失 within 流失. */
const statesOf = ({ states }: Overview, stage: string): Overview['states'] => states.filter(({ state }) => STAGE_OF_STATE[state] === stage);

/** Words for what is inside a stage with their people; business buyers by their branch, everybody else by their state. */
function kindsOf(states: Overview['states']): Map<string, number> {
  const kinds = new Map<string, number>();
  for (const { branch, state, customers } of states) {
    const kind = branch === 'b2b' ? 'branch.b2b' : `state.${state}`;
    kinds.set(kind, (kinds.get(kind) ?? 0) + customers);
  }
  return kinds;
}

function StageColumn({ line }: { line: Line }) {
  const t = useT();
  const { count, moneyCompact } = useFormats();
  const currency = useCurrency();
  const may = useMay();
  const [editing, setEditing] = useState(false);
  const { stage, customers, change, reach, netMinor, states, row } = line;
  const people = paths.customers({ stage });
  const kinds = kindsOf(states);
  return (
    <li className="stage-column" style={{ borderColor: `var(--stage-${stage.replace('_', '-')})` }}>
      <h2>{t(`stage.${stage}`)}<WhyButton label={t(`stage.${stage}`)} definition={t(`lifecycle.definition.${stage}`)} people={people} /></h2>
      <p><Anchor className="stage-count" to={people}>{count(customers)}</Anchor></p>
      <p className="small"><Delta change={change} /></p>
      <dl>
        <div><dt>{t('lifecycle.plays')}</dt><dd><Plays row={row} /></dd></div>
        <div><dt>{t('lifecycle.reach')}</dt><dd><Reach channels={reach} of={customers} /></dd></div>
        <div><dt>{t('lifecycle.value')}</dt><dd>{moneyCompact(netMinor, currency)}</dd></div>
        <Strategy name={t('lifecycle.needs')} text={row?.needs} />
        <Strategy name={t('lifecycle.goal')} text={row?.goal} />
        <Strategy name="KPI" text={row?.kpi} />
        <Strategy name={t('lifecycle.owner')} text={row?.ownerTeam} />
        {kinds.size > 1 && <div><dt>{t('lifecycle.states')}</dt><dd>{[...kinds].map(([kind, inKind]) => <span key={kind} className="stage-state">{t(kind)} {count(inKind)}</span>)}</dd></div>}
      </dl>
      {row && may('lifecycle.write') && <button type="button" className="plain link small stage-edit" aria-label={`${t('lifecycle.edit')}: ${t(`stage.${stage}`)}`} onClick={() => setEditing(true)}>{t('lifecycle.edit')}</button>}
      {row && editing && <StrategyPanel row={row} onClose={() => setEditing(false)} />}
    </li>
  );
}

function Strategy({ name, text }: { name: string; text: string | undefined }) {
  return text ? <div><dt>{name}</dt><dd>{text}</dd></div> : null;
}

/** What works on a stage now, each leading to where it is run; nothing at work on people who are there is said in red. */
function Plays({ row }: { row: Row | undefined }) {
  const t = useT();
  if (!row) return <span className="grey">…</span>;
  const isBare = row.needsPlay && row.customers > 0;
  if (row.plays.length === 0) return isBare ? <span className="act">{t('lifecycle.noPlay')}</span> : <span className="grey">—</span>;
  return <>{row.plays.map((play) => <Play key={play.id} play={play} />)}{isBare && <span className="act stage-state">{t('lifecycle.noneActive')}</span>}</>;
}

function Play({ play: { id, name, status, kind } }: { play: Row['plays'][number] }) {
  const t = useT();
  const may = useMay();
  const isPaused = status === 'paused';
  return <span className={isPaused ? 'stage-state grey' : 'stage-state'}>{kind === 'journey' && may('engage.read') ? <Anchor to={paths.journey(id)}>{name}</Anchor> : name}{isPaused ? ` · ${t('lifecycle.paused')}` : ''}</span>;
}
