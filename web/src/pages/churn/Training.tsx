import { Button } from 'antd';
import { STEPS } from './scoringCodes.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useMay } from '../../lib/session.ts';
import { Empty } from '../../ui/States.tsx';
import { Notice } from '../../ui/Figure.tsx';
import type { ModelLine, Scoring } from './scoringQueries.ts';
import { useCoded } from './useReasons.ts';
import { useTrainAgain } from './useScoring.ts';

/** A run under way: what it is doing, which step that is, how far. */
export function Training({ line }: { line: ModelLine }) {
  const t = useT();
  const { percent } = useFormats();
  const { progress } = line;
  const label = progress ? t('models.running', { step: t(`models.step.${progress.step}`), at: STEPS.indexOf(progress.step) + 1, of: STEPS.length }) : t('models.waiting');
  return (
    <div className="progress training" role="status">
      <div className="spread"><span>{label}</span>{progress && <span className="number">{percent(progress.share, 0)}</span>}</div>
      <div className={progress ? 'progress-track' : 'progress-track open'} role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} {...(progress ? { 'aria-valuenow': Math.round(progress.share * 100) } : {})}>
        <i style={{ width: progress ? `${progress.share * 100}%` : '30%' }} />
      </div>
      <p className="grey small">{t('models.running.note')}</p>
    </div>
  );
}

/** Nobody has been scored yet: why, and the way to begin. */
export function NotScored({ state }: { state: Scoring }) {
  const t = useT();
  const may = useMay();
  const coded = useCoded();
  const train = useTrainAgain();
  if (state.running) return <Training line={state.running} />;
  const failed = [state.value, state.churn].find((line) => line?.state === 'failed' || line?.state === 'refused');
  return (
    <Empty title={t(failed ? `models.state.${failed.state}` : 'atRisk.empty')} action={may('lifecycle.write') && <Button type="primary" loading={train.isPending} onClick={() => train.mutate()}>{t('atRisk.begin')}</Button>}>
      {failed?.why ? coded(failed.why) : t('atRisk.empty.why')}
    </Empty>
  );
}

/** Said before any number: a run under way, and in plain words where silence stands in for a model. */
export function Standing({ state }: { state: Scoring }) {
  const t = useT();
  const coded = useCoded();
  const { churn, value, running } = state;
  const plain = churn && (churn.state === 'unusable' || churn.state === 'refused' || churn.name === 'recency');
  const worthless = value && (value.state === 'unusable' || value.state === 'refused' || value.name === 'recency');
  return (
    <>
      {running && <Training line={running} />}
      {plain && <Notice tone="warn">{t('atRisk.recency', { why: coded(churn.why) })}</Notice>}
      {!plain && worthless && <Notice tone="warn">{t('atRisk.value.recency', { why: coded(value.why) })}</Notice>}
    </>
  );
}
