import { Input } from 'antd';
import type { Reentry } from '../../../../../../src/engage/core/definition.ts';
import { EVERYBODY } from '../../../customers/customersQueries.ts';
import { useT } from '../../../../lib/language.tsx';
import { Field } from '../../../../ui/Field.tsx';
import { freeKey, MOST, type Settings, settle } from '../core/edit.ts';
import { useBench } from '../context.ts';
import { EffectForm } from './EffectForm.tsx';
import { Amount, Pick, Tick, Words } from './fields.tsx';
import { TreeField, WatchField } from './TreeField.tsx';

const REENTRY = ['once', 'always', 'day', 'week', 'month', 'year', 'days'] as const;
const HALF_YEAR = 180;

/** What speaks for a change of the hold-out, asked as soon as it changes. */
export type Why = { reason: string; explain(reason: string): void; needed: boolean };

function HoldOut({ why, disabled, set }: { why: Why; disabled: boolean; set: (next: Settings, mark: string) => void }) {
  const t = useT();
  const { definition: { holdOut } } = useBench();
  return (
    <>
      <Amount label={t('canvas.form.holdOut')} hint={t('canvas.form.holdOut.hint')} disabled={disabled} value={Math.round(holdOut * 1e4) / 100} min={0} max={90} whole={false} unit="%" onNumber={(share) => set({ holdOut: Math.round(share * 100) / 1e4 }, 'holdOut')} />
      {(why.needed || why.reason !== '') && <Field label={t('canvas.form.holdOut.why')} error={why.needed ? t('canvas.save.reason') : undefined}>{(ids) => <Input.TextArea {...ids} rows={2} maxLength={500} value={why.reason} onChange={({ target }) => why.explain(target.value)} />}</Field>}
    </>
  );
}

function Ends({ disabled, set }: { disabled: boolean; set: (next: Settings, mark?: string) => void }) {
  const t = useT();
  const { definition: { exits, goal }, hints } = useBench();
  const fresh = { kind: 'event', event: hints.event, where: [] } as const;
  return (
    <>
      <fieldset className="jc-group">
        <legend className="strong">{t('canvas.form.exits')}</legend>
        <p className="grey small">{t('canvas.form.exits.hint')}</p>
        {exits.map((exit, at) => (
          <div key={exit.key} className="jc-group jc-inner">
            <WatchField watch={exit.on} disabled={disabled} onWatch={(on) => set({ exits: exits.with(at, { ...exit, on }) }, `exit ${at}`)} />
            {!disabled && <button type="button" className="plain link small" onClick={() => set({ exits: exits.toSpliced(at, 1) })}>{t('canvas.form.exit.remove')}</button>}
          </div>
        ))}
        {!disabled && exits.length < MOST.exits && <button type="button" className="plain link" onClick={() => set({ exits: [...exits, { key: freeKey(exits.map(({ key }) => key)), on: { ...fresh, where: [] } }] })}>＋ {t('canvas.form.exit.add')}</button>}
      </fieldset>
      <fieldset className="jc-group">
        <legend className="strong">{t('canvas.door.goal')}</legend>
        {goal && (
          <>
            <Words label={t('canvas.form.goal.name')} value={goal.name} maxLength={80} disabled={disabled} onText={(name) => set({ goal: { ...goal, name } }, 'goal name')} />
            <WatchField watch={goal.on} disabled={disabled} onWatch={(on) => set({ goal: { ...goal, on } }, 'goal')} />
            <Tick label={t('canvas.form.goal.ends')} value={goal.ends} disabled={disabled} onTick={(ends) => set({ goal: { ...goal, ends } })} />
            {!disabled && <button type="button" className="plain link small" onClick={() => set({ goal: null })}>{t('canvas.form.goal.remove')}</button>}
          </>
        )}
        {!goal && !disabled && <button type="button" className="plain link" onClick={() => set({ goal: { name: '', on: { ...fresh, where: [] }, ends: true } })}>＋ {t('canvas.form.goal.add')}</button>}
        {!goal && disabled && <p className="grey">—</p>}
      </fieldset>
    </>
  );
}

/** What holds for the whole journey: whom it is for, how often, who is held out, what ends it, what it is for, whose clock. */
export function SettingsForm({ why }: { why: Why }) {
  const t = useT();
  const { definition, edit, catalogue, teller: { language } } = useBench();
  const { audience, reentry, key, zoneField, entries } = definition, disabled = !edit;
  const set = (next: Settings, mark = ''): void => edit?.(settle(definition, next), mark && `settings ${mark}`);
  const often = typeof reentry === 'object' ? 'days' : reentry;
  const choose = (next: string): void => set({ reentry: next === 'days' ? { days: HALF_YEAR } : next as Exclude<Reentry, object> });
  const texts = catalogue.fields.filter(({ type, masked, encrypted }) => (type === 'text' || type === 'enum') && !masked && !encrypted).map(({ key: value, label }) => ({ value, label: label === undefined ? value : typeof label === 'string' ? label : label[language] }));
  return (
    <>
      <fieldset className="jc-group">
        <legend className="strong">{t('canvas.door')}</legend>
        <TreeField label={t('canvas.door.audience')} tree={audience ?? EVERYBODY} disabled={disabled} onTree={(tree) => set({ audience: tree.root.kind === 'and' && tree.root.of.length === 0 ? null : tree })} />
        <Tick label={t('canvas.form.complaints')} hint={t('canvas.form.complaints.hint')} disabled={disabled} value={definition.withoutComplaints === true} onTick={(on) => set({ withoutComplaints: on })} />
        <Pick label={t('canvas.door.reentry')} disabled={disabled} value={often} options={REENTRY.map((value) => ({ value, label: t(`canvas.reentry.${value}`) }))} onPick={choose} />
        {typeof reentry === 'object' && <Amount label={t('lifecycle.life.days')} disabled={disabled} value={reentry.days} min={1} max={3_650} onNumber={(days) => set({ reentry: { days } }, 'reentry')} />}
        {entries.some(({ kind }) => kind === 'event') && <Words label={t('canvas.form.key.entry')} hint={t('canvas.form.key.entry.hint')} value={key ?? ''} maxLength={100} disabled={disabled} onText={(text) => set({ key: text.trim() === '' ? null : text.trim() }, 'key')} />}
        <HoldOut why={why} disabled={disabled} set={set} />
        <EffectForm disabled={disabled} onEffect={(effect) => set({ effect }, 'effect')} />
      </fieldset>
      <Ends disabled={disabled} set={set} />
      <fieldset className="jc-group">
        <legend className="strong">{t('canvas.door.zone')}</legend>
        <Pick label={t('canvas.form.zone')} hint={t('canvas.form.zone.hint')} disabled={disabled} value={zoneField ?? ''} options={[{ value: '', label: t('canvas.form.zone.workspace') }, ...texts]} onPick={(field) => set({ zoneField: field === '' ? null : field })} />
      </fieldset>
    </>
  );
}
