import type { Catalogue } from '../../../../src/kernel/conditions/catalogue.ts';
import type { SequenceCondition, Step, UnfollowedCondition } from '../../../../src/kernel/conditions/tree.ts';
import { useT } from '../../lib/language.tsx';
import { Choice, Line } from './controls.tsx';
import { PickFields } from './EventFields.tsx';
import { PropertyField } from './PropertyField.tsx';
import { ONE_DAY, SpanFields, WindowFields } from './WindowFields.tsx';

const STEPS_MAX = 6;
const STEPS_MIN = 2;
const TIMING = ['free', 'each', 'whole'] as const;
type Timing = (typeof TIMING)[number];

const timingOf = ({ steps, within }: SequenceCondition): Timing => (within ? 'whole' : steps.some((step) => step.within) ? 'each' : 'free');
const unspanned = ({ event, where }: Step): Step => ({ event, where });

/** The same steps, timed in another way: not at all, each after the one before it, or from the first to the last. */
function timed({ within, ...rest }: SequenceCondition, timing: Timing): SequenceCondition {
  const steps = rest.steps.map((step, nth) => (timing === 'each' && nth > 0 ? { ...step, within: step.within ?? ONE_DAY } : unspanned(step)));
  return { ...rest, steps, ...(timing === 'whole' ? { within: within ?? rest.steps.find((step) => step.within)?.within ?? ONE_DAY } : {}) };
}

type SequenceProps = { condition: SequenceCondition; catalogue: Catalogue; onChange: (condition: SequenceCondition) => void };

/** First this, then that. */
export function SequenceFields({ condition, catalogue, onChange }: SequenceProps) {
  const t = useT();
  const { steps, window, within, same } = condition;
  const timing = timingOf(condition);
  const withSteps = (next: Step[]) => onChange({ ...condition, steps: next });
  const change = (nth: number, next: Step) => withSteps(steps.map((step, place) => (place === nth ? next : step)));
  const add = () => withSteps([...steps, { event: catalogue.events?.[0]?.event ?? '', where: [], ...(timing === 'each' ? { within: ONE_DAY } : {}) }]);
  // Whatever stands first has nothing before it to be timed from.
  const remove = (gone: number) => withSteps(steps.filter((_, place) => place !== gone).map((step, place) => (place === 0 ? unspanned(step) : step)));
  return (
    <>
      <ol className="filter-steps">
        {steps.map((step, nth) => (
          <li key={`${steps.length} ${nth}`}>
            <PickFields pick={step} catalogue={catalogue} at={`/steps/${nth}`} label={t(nth === 0 ? 'filter.step.first' : 'filter.step.then')} onChange={(pick) => change(nth, { ...step, ...pick })} />
            {step.within && <Line words={t('filter.step.within')}><SpanFields span={step.within} at={`/steps/${nth}/within`} label={t('filter.step.within')} onChange={(span) => change(nth, { ...step, within: span })} /></Line>}
            {timing === 'each' && nth > 0 && !step.within && <button type="button" className="plain link small" onClick={() => change(nth, { ...step, within: ONE_DAY })}>{t('filter.step.addWithin')}</button>}
            {timing === 'each' && step.within && <button type="button" className="plain link small" onClick={() => change(nth, unspanned(step))}>{t('filter.step.noWithin')}</button>}
            {steps.length > STEPS_MIN && <button type="button" className="plain link small" aria-label={t('filter.step.remove.of', { n: nth + 1 })} onClick={() => remove(nth)}>{t('filter.step.remove')}</button>}
          </li>
        ))}
      </ol>
      {steps.length < STEPS_MAX && <div><button type="button" className="plain link small" onClick={add}>＋ {t('filter.step.add')}</button></div>}
      <Line words={t('filter.timing')}>
        <Choice label={t('filter.timing')} value={timing} options={TIMING.map((one) => ({ value: one, label: t(`filter.timing.${one}`) }))} onChoose={(one) => onChange(timed(condition, one as Timing))} />
        {within && <SpanFields span={within} at="/within" label={t('filter.timing.whole')} onChange={(span) => onChange({ ...condition, within: span })} />}
      </Line>
      <SameFields same={same} onChange={(next) => onChange(withSame(condition, next))} />
      <WindowFields window={window} isOfDays={false} onChange={(next) => onChange({ ...condition, window: next })} />
    </>
  );
}

const withSame = <C extends { same?: string | undefined }>({ same: _, ...rest }: C, same: string | undefined): C => ({ ...rest, ...(same === undefined ? {} : { same }) }) as C;

/** A property all of it shares: one order, one product. */
function SameFields({ same, onChange }: { same: string | undefined; onChange: (same: string | undefined) => void }) {
  const t = useT();
  return (
    <Line>
      <label className="row small"><input type="checkbox" checked={same !== undefined} onChange={({ target }) => onChange(target.checked ? '' : undefined)} />{t('filter.same')}</label>
      {same !== undefined && <PropertyField property={same} at="/same" onChange={onChange} />}
    </Line>
  );
}

type UnfollowedProps = { condition: UnfollowedCondition; catalogue: Catalogue; onChange: (condition: UnfollowedCondition) => void };

/** This, and not that within a time after it. */
export function UnfollowedFields({ condition, catalogue, onChange }: UnfollowedProps) {
  const t = useT();
  const { event, where, window, by, within, same } = condition;
  return (
    <>
      <PickFields pick={{ event, where }} catalogue={catalogue} at="" label={t('filter.unfollowed.did')} onChange={(pick) => onChange({ ...condition, ...pick })} />
      <PickFields pick={by} catalogue={catalogue} at="/by" label={t('filter.unfollowed.by')} onChange={(pick) => onChange({ ...condition, by: pick })} />
      <Line words={t('filter.unfollowed.within')}><SpanFields span={within} at="/within" label={t('filter.unfollowed.within')} onChange={(span) => onChange({ ...condition, within: span })} /></Line>
      <SameFields same={same} onChange={(next) => onChange(withSame(condition, next))} />
      <WindowFields window={window} isOfDays={false} onChange={(next) => onChange({ ...condition, window: next })} />
    </>
  );
}
