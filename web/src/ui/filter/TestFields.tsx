import type { Op, Test } from '../../../../src/kernel/conditions/tests.ts';
import { useT } from '../../lib/language.tsx';
import { Choice, DayPart, NumberField, type Option, TextField, ValuesField } from './controls.tsx';
import { shapeOf, withOp } from './operands.ts';

type TestProps = { test: Test; ops: readonly Op[]; onChange: (test: Test) => void; at?: string; options?: readonly Option[]; isMoney?: boolean };

/** A comparison: its operator, and what it is compared with. */
export function TestFields({ test, ops, onChange, at = '/test', options = [], isMoney = false }: TestProps) {
  const t = useT();
  return (
    <>
      <Choice label={t('kit.filter.operator')} value={test.op} options={ops.map((op) => ({ value: op, label: t(`kit.op.${op}`) }))} onChoose={(op) => onChange(withOp(test, op as Op))} at={at} />
      <Operands key={shapeOf(test.op)} test={test} onChange={onChange} at={at} options={options} isMoney={isMoney} />
    </>
  );
}

type OperandsProps = Required<Pick<TestProps, 'test' | 'onChange' | 'at' | 'options' | 'isMoney'>>;

function Operands({ test, onChange, at, options, isMoney }: OperandsProps) {
  const t = useT();
  const say = (part: object) => onChange({ ...test, ...part } as Test);
  if ('value' in test && typeof test.value === 'number') return <NumberField label={t('kit.filter.value')} value={test.value} isMoney={isMoney} at={`${at}/value`} onChange={(value) => say({ value })} />;
  if ('value' in test) {
    const isPattern = shapeOf(test.op) === 'pattern';
    if (options.length > 0 && !isPattern) return <Choice label={t('kit.filter.value')} value={String(test.value)} options={options} onChoose={(value) => say({ value })} at={`${at}/value`} />;
    return <TextField label={t('kit.filter.value')} value={String(test.value)} at={`${at}/value`} onChange={(value) => say({ value })} {...(isPattern ? { most: 200, placeholder: t('filter.pattern') } : {})} />;
  }
  if ('values' in test) return <ValuesField label={t('kit.filter.value')} values={test.values} options={options} at={`${at}/values`} onChange={(values) => say({ values })} />;
  if ('days' in test) return <><NumberField short label={t('kit.filter.count')} value={test.days} at={`${at}/days`} onChange={(days) => say({ days })} /><span className="small">{t('kit.filter.days')}</span></>;
  if ('day' in test) return <DayPart label={t('kit.filter.value')} value={test.day} at={`${at}/day`} onChange={(day) => say({ day })} />;
  if (!('from' in test)) return null;
  if (test.op === 'between_days') return (
    <>
      <DayPart label={t('kit.filter.value')} value={test.from} at={`${at}/from`} onChange={(from) => say({ from })} />
      <DayPart label={t('kit.filter.to')} value={test.to} at={`${at}/to`} onChange={(to) => say({ to })} />
    </>
  );
  return (
    <>
      <NumberField label={t('kit.filter.value')} value={test.from} isMoney={isMoney} at={`${at}/from`} onChange={(from) => say({ from })} />
      <span className="small">{t('kit.filter.to')}</span>
      <NumberField label={t('kit.filter.to')} value={test.to} isMoney={isMoney} at={`${at}/to`} onChange={(to) => say({ to })} />
    </>
  );
}
