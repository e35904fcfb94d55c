import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { useCurrency, useMay } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { useToast } from '../../ui/Field.tsx';
import { SidePanel } from '../../ui/SidePanel.tsx';
import { shownRange } from '../experiments/ExperimentsPage.tsx';
import { usePoints } from '../experiments/usePoints.ts';
import { CycleForm } from './CycleForm.tsx';
import { type Cycle, cyclesQuery } from './cyclesQueries.ts';

const STEPS = ['goal', 'data', 'strategy', 'execution', 'review'] as const;

/** The last three improvement cycles of a goal, each with what it measured. */
export function GoalCycles({ goalId }: { goalId: string }) {
  const t = useT();
  const may = useMay();
  const toast = useToast();
  const client = useQueryClient();
  const { data } = useQuery(cyclesQuery(goalId));
  const [open, setOpen] = useState<string | null>(null);
  const start = useMutation({
    mutationFn: () => api.post<Cycle>('/insight/cycles', { goalId }), onError: toast.failed,
    onSuccess: (made) => { void client.invalidateQueries({ queryKey: ['insight', 'cycles', goalId] }); setOpen(made.id); },
  });
  const rows = data?.rows ?? [];
  const mayStart = may('insight.write') && data && (rows.length === 0 || rows[0]?.closedAt !== null);
  if (!data || (rows.length === 0 && !mayStart)) return null;
  const editing = rows.find(({ id }) => id === open);
  return (
    <div className="cycles">
      {rows.map((cycle) => <CycleLine key={cycle.id} cycle={cycle} onOpen={() => setOpen(cycle.id)} />)}
      {mayStart && <p><button type="button" className="plain link" disabled={start.isPending} onClick={() => start.mutate()}>{t(rows.length === 0 ? 'cycles.first' : 'cycles.next')}</button></p>}
      <SidePanel open={editing !== undefined} onClose={() => setOpen(null)} title={t('cycles.title', { number: editing?.number ?? 0 })}>
        {editing && <CycleForm key={editing.id} cycle={editing} onDone={() => setOpen(null)} />}
      </SidePanel>
    </div>
  );
}

function CycleLine({ cycle, onOpen }: { cycle: Cycle; onOpen: () => void }) {
  const t = useT();
  const { day } = useFormats();
  const done = new Set<string>(STEPS.slice(0, cycle.step === null ? STEPS.length : STEPS.indexOf(cycle.step)));
  return (
    <div className="cycle">
      <span><button type="button" className="plain link" onClick={onOpen}>{t('cycles.title', { number: cycle.number })}</button><br /><span className="grey small">{cycle.closedAt ? t('cycles.closed', { day: day(cycle.closedAt) }) : t('cycles.open')}</span></span>
      <div>
        <ol className="cycle-steps" aria-label={t('cycles.steps')}>{STEPS.map((step) => <li key={step} className={done.has(step) ? undefined : 'grey'}>{done.has(step) ? '●' : '○'} {t(`cycles.step.${step}`)}</li>)}</ol>
        <p className="small">{cycle.strategy ?? <span className="grey">{t('cycles.strategy.none')}</span>}</p>
        {cycle.execution && <p className="small"><Anchor className="link" to={paths.experiment(cycle.execution.id)}>{t('cycles.execution.to', { name: cycle.execution.name })}</Anchor></p>}
        {cycle.play && <p className="small"><Anchor className="link" to={paths.journey(cycle.play.id)}>{t('cycles.play.to', { name: cycle.play.name })}</Anchor> · {t(`journeys.state.${cycle.play.state}`)}</p>}
        {cycle.review && cycle.review.learned !== '' && <p className="small grey">{t('cycles.learned', { learned: cycle.review.learned, next: cycle.review.next })}</p>}
      </div>
      <Effect cycle={cycle} />
    </div>
  );
}

/** What it measured: never a lift without a control. */
function Effect({ cycle: { effect, execution } }: { cycle: Cycle }) {
  const t = useT();
  const { moneyRound } = useFormats();
  const currency = useCurrency();
  const points = usePoints();
  if (!effect) return <span className="cycle-effect grey">{t(execution ? 'cycles.effect.none' : 'cycles.effect.waiting')}</span>;
  const range = shownRange(effect.net ?? null);
  return (
    <span className="cycle-effect">
      <span className="strong">{points(effect.difference)} <span className="grey small">{t('experiments.interval.of', { low: points(effect.interval.low), high: points(effect.interval.high) })}</span></span>
      {effect.net && <span>{moneyRound(effect.net.value, currency)} <span className="grey small">{moneyRound(range.low, currency)} … {moneyRound(range.high, currency)}</span></span>}
      <span className="grey small">{t('experiments.says', { buyers: t(`experiment.verdict.buyers.${effect.buyers.verdict}`), profit: t(`experiment.verdict.profit.${effect.profit.verdict}`) })}</span>
    </span>
  );
}
