import type { Catalogue, CatalogueOption } from '../../../../src/kernel/conditions/catalogue.ts';
import type { NumberTest, Test } from '../../../../src/kernel/conditions/tests.ts';
import type { ConsentCondition, FieldCondition, SegmentCondition, StageCondition, TagCondition } from '../../../../src/kernel/conditions/tree.ts';
import { useSpoken, useT } from '../../lib/language.tsx';
import { Choice, DayPart, Line, type Option, ValuesField } from './controls.tsx';
import { LIST_OPS, NUMBER_OPS, opsOfField } from './operands.ts';
import { fieldIn, labelOf } from './subjects.ts';
import { TestFields } from './TestFields.tsx';
import { WindowFields } from './WindowFields.tsx';

type Props<C> = { condition: C; catalogue: Catalogue; onChange: (condition: C) => void };

function useOptions(options: readonly CatalogueOption[] | undefined): Option[] {
  const { language } = useSpoken();
  return (options ?? []).map(({ value, label }) => ({ value, label: labelOf(language, label, value) }));
}

export function FieldFields({ condition, catalogue, onChange }: Props<FieldCondition>) {
  const field = fieldIn(catalogue, condition.field);
  const options = useOptions(field?.options);
  return <Line><TestFields test={condition.test} ops={opsOfField(field, condition.test.op)} options={options} isMoney={field?.type === 'money'} onChange={(test) => onChange({ ...condition, test })} /></Line>;
}

export function TagFields({ condition, tags, onChange }: Omit<Props<TagCondition>, 'catalogue'> & { tags: readonly string[] }) {
  return <Line><TestFields test={condition.test} ops={LIST_OPS} options={tags.map((tag) => ({ value: tag, label: tag }))} onChange={(test) => onChange({ ...condition, test: test as TagCondition['test'] })} /></Line>;
}

const ASKS = ['is', 'was', 'entered', 'lasted', 'cycle'] as const;
type Ask = (typeof ASKS)[number];
const ONCE: NumberTest = { op: 'at_least', value: 1 };
const askOf = (condition: StageCondition): Ask => (condition.ask === 'is' && condition.day !== undefined ? 'was' : condition.ask);

function stageOf(ask: Ask, before: StageCondition): StageCondition {
  const kind = 'stage', stages = before.ask === 'cycle' ? [] : before.stages;
  switch (ask) {
    case 'is': return { kind, ask, stages };
    case 'was': return { kind, ask: 'is', stages, day: '' };
    case 'entered': return { kind, ask, stages, window: { kind: 'rolling', days: 90 }, times: ONCE };
    case 'lasted': return { kind, ask, stages, test: { op: 'at_least', value: 30 } };
    case 'cycle': return { kind, ask, test: { op: 'at_least', value: 2 } };
  }
}

/** Where somebody stands in the lifecycle, stood on a day, came to, and for how long. */
export function StageFields({ condition, catalogue, onChange }: Props<StageCondition>) {
  const t = useT();
  const options = useOptions(catalogue.stages);
  const choose = <Choice label={t('filter.stage')} value={askOf(condition)} options={ASKS.map((ask) => ({ value: ask, label: t(`filter.stage.${ask}`) }))} onChoose={(ask) => onChange(stageOf(ask as Ask, condition))} />;
  const numbers = (test: NumberTest, at: string, say: (test: NumberTest) => void) => <TestFields key={condition.ask} test={test} ops={NUMBER_OPS} at={at} onChange={(next: Test) => say(next as NumberTest)} />;
  if (condition.ask === 'cycle') return <Line>{choose}{numbers(condition.test, '/test', (test) => onChange({ ...condition, test }))}</Line>;
  return (
    <>
      <Line>{choose}{condition.ask === 'is' && condition.day !== undefined && <DayPart label={t('filter.stage.day')} value={condition.day} at="/day" onChange={(day) => onChange({ ...condition, day })} />}</Line>
      <ValuesField label={t('filter.stage.which')} values={condition.stages} options={options} at="/stages" onChange={(stages) => onChange({ ...condition, stages })} />
      {condition.ask === 'lasted' && <Line words={t('filter.stage.days')}>{numbers(condition.test, '/test', (test) => onChange({ ...condition, test }))}</Line>}
      {condition.ask === 'entered' && <Entered condition={condition} options={options} onChange={onChange} />}
    </>
  );
}

type EnteredProps = { condition: Extract<StageCondition, { ask: 'entered' }>; options: readonly Option[]; onChange: (condition: StageCondition) => void };

function Entered({ condition: { from, ...condition }, options, onChange }: EnteredProps) {
  const t = useT();
  const whole = { ...condition, ...(from && { from }) };
  return (
    <>
      <Line><label className="row small"><input type="checkbox" checked={from !== undefined} onChange={({ target }) => onChange({ ...condition, ...(target.checked && { from: [] }) })} />{t('filter.stage.from')}</label></Line>
      {from && <ValuesField label={t('filter.stage.from')} values={from} options={options} at="/from" onChange={(next) => onChange({ ...condition, from: next })} />}
      <WindowFields window={condition.window} isOfDays={true} onChange={(window) => onChange({ ...whole, window })} />
      <Line words={t('filter.stage.times')}><TestFields test={condition.times} ops={NUMBER_OPS} at="/times" onChange={(times: Test) => onChange({ ...whole, times: times as NumberTest })} /></Line>
    </>
  );
}

const STATES = ['given', 'withdrawn', 'unknown'] as const;

export function ConsentFields({ condition, catalogue, onChange }: Props<ConsentCondition>) {
  const t = useT();
  const channels = useOptions(catalogue.channels), purposes = useOptions(catalogue.purposes);
  return (
    <Line>
      <Choice label={t('filter.consent')} value={condition.state} options={STATES.map((state) => ({ value: state, label: t(`filter.consent.${state}`) }))} onChoose={(state) => onChange({ ...condition, state: state as ConsentCondition['state'] })} />
      <Choice label={t('filter.consent.channel')} value={condition.channel} options={channels} at="/channel" onChoose={(channel) => onChange({ ...condition, channel })} />
      <Choice label={t('filter.consent.purpose')} value={condition.purpose} options={purposes} at="/purpose" onChoose={(purpose) => onChange({ ...condition, purpose })} />
    </Line>
  );
}

export function SegmentFields({ condition, catalogue, onChange }: Props<SegmentCondition>) {
  const t = useT();
  const options = (catalogue.segments ?? []).map(({ id, label }) => ({ value: id, label: label ?? id }));
  return options.length === 0 && condition.segment === '' ? <p className="grey small">{t('filter.segment.none')}</p> : <Line><Choice label={t('filter.segment')} value={condition.segment} options={options} at="/segment" onChoose={(segment) => onChange({ ...condition, segment })} /></Line>;
}
