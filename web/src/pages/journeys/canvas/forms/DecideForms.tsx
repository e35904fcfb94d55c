import { freeKey, MOST } from '../core/edit.ts';
import { EVERYBODY } from '../../../customers/customersQueries.ts';
import { useT } from '../../../../lib/language.tsx';
import { Icon } from '../../../../ui/Icon.tsx';
import { moved } from '../../../templates/draft.ts';
import { Amount, Words } from './fields.tsx';
import { TreeField } from './TreeField.tsx';
import type { FormProps } from './WaitForms.tsx';

const isKey = (text: string): boolean => /^[a-z][a-z0-9_]{0,39}$/.test(text);

/** Branches in the order in which they are looked at. */
export function BranchForm({ node, disabled, onNode }: FormProps<'branch'>) {
  const t = useT();
  const { branches } = node, keys = branches.map(({ key }) => key);
  const set = (next: typeof branches): void => onNode({ ...node, branches: next });
  return (
    <>
      <p className="grey small">{t('canvas.form.branch.hint')}</p>
      {branches.map((branch, at) => (
        <fieldset key={`${at}`} className="jc-group">
          <legend className="spread jc-legend">
            <span className="strong">{t('canvas.form.branch.of', { number: at + 1 })}</span>
            {!disabled && (
              <span className="row">
                {at > 0 && <button type="button" className="plain jc-tool" aria-label={t('templates.block.up')} title={t('templates.block.up')} onClick={() => set(moved(branches, at, -1))}><Icon name="up" size={16} /></button>}
                {at < branches.length - 1 && <button type="button" className="plain jc-tool" aria-label={t('templates.block.down')} title={t('templates.block.down')} onClick={() => set(moved(branches, at, 1))}><Icon name="down" size={16} /></button>}
                {branches.length > 1 && <button type="button" className="plain jc-tool" aria-label={t('canvas.form.branch.remove')} title={t('canvas.form.branch.remove')} onClick={() => set(branches.toSpliced(at, 1))}><Icon name="close" size={16} /></button>}
              </span>
            )}
          </legend>
          <TreeField label={t('canvas.form.condition')} tree={branch.tree} disabled={disabled} onTree={(tree) => set(branches.with(at, { ...branch, tree }))} />
          <Words label={t('canvas.form.key')} hint={t('canvas.form.key.hint')} value={branch.key} maxLength={40} disabled={disabled} isValid={(key) => isKey(key) && key !== 'otherwise' && !keys.some((one, i) => one === key && i !== at)} wrong={t('canvas.form.key.wrong')} onText={(key) => set(branches.with(at, { ...branch, key }))} />
        </fieldset>
      ))}
      {!disabled && branches.length < MOST.branches && <button type="button" className="plain link" onClick={() => set([...branches, { key: freeKey(keys), tree: EVERYBODY }])}>＋ {t('canvas.form.branch.add')}</button>}
    </>
  );
}

/** Variants with their weights; what share of people each is. */
export function SplitForm({ node, disabled, onNode }: FormProps<'split'>) {
  const t = useT();
  const { variants } = node, keys = variants.map(({ key }) => key);
  const set = (next: typeof variants): void => onNode({ ...node, variants: next });
  return (
    <>
      <p className="grey small">{t('canvas.form.split.hint')}</p>
      {variants.map((variant, at) => (
        <div key={`${at}`} className="jc-variant">
          <Words label={t('canvas.form.variant')} value={variant.key} maxLength={40} disabled={disabled} isValid={(key) => isKey(key) && !keys.some((one, i) => one === key && i !== at)} wrong={t('canvas.form.key.wrong')} onText={(key) => set(variants.with(at, { ...variant, key }))} />
          <Amount label={t('canvas.form.weight')} value={variant.weight} min={0} max={1_000} whole={false} disabled={disabled} onNumber={(weight) => set(variants.with(at, { ...variant, weight }))} />
          {!disabled && variants.length > 1 && <button type="button" className="plain jc-tool" aria-label={t('canvas.form.variant.remove')} title={t('canvas.form.variant.remove')} onClick={() => set(variants.toSpliced(at, 1))}><Icon name="close" size={16} /></button>}
        </div>
      ))}
      {!disabled && variants.length < MOST.variants && <button type="button" className="plain link" onClick={() => set([...variants, { key: freeKey(keys), weight: 50 }])}>＋ {t('canvas.form.variant.add')}</button>}
    </>
  );
}
