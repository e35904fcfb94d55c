import { Button, Input, Select } from 'antd';
import { LINE_KINDS, type LineKind, NON_GOODS, type NonGoods } from '../../../../src/collect/core/nonGoods.ts';
import { useT } from '../../lib/language.tsx';
import type { Drop, Piece } from './useDrop.ts';

const WAYS = ['name', 'sku', 'zero'] as const;

/** The list that tells goods from postage, samples, gifts and the like: read from the top, the first rule that fits stands; SKUs before names. */
export function NonGoodsList({ piece, drop }: { piece: Piece; drop: Drop }) {
  const t = useT();
  const rules = piece.mapping.nonGoods;
  const save = (nonGoods: readonly NonGoods[]) => drop.edit(piece, { nonGoods: [...nonGoods] });
  const change = (at: number, part: Partial<NonGoods>) => save(rules.map((rule, i) => (i === at ? { ...rule, ...part } : rule)));
  return (
    <fieldset className="non-goods">
      <legend className="strong">{t('imports.nonGoods')}</legend>
      <p className="grey small">{t('imports.nonGoods.hint')}</p>
      <ul className="non-goods-list">
        {rules.map((rule, at) => (
          <li key={at} className="row">
            <Select aria-label={t('imports.nonGoods.way')} value={rule.by} popupMatchSelectWidth={false} onChange={(by: (typeof WAYS)[number]) => change(at, { by, ...(by === 'zero' ? { text: '' } : {}) })} options={WAYS.map((value) => ({ value, label: t(`imports.nonGoods.by.${value}`) }))} />
            {rule.by !== 'zero' && <Input aria-label={t('imports.nonGoods.text')} className="as-input" value={rule.text} maxLength={200} onChange={({ target }) => change(at, { text: target.value })} />}
            <span aria-hidden="true" className="grey">→</span>
            <Select aria-label={t('imports.nonGoods.kind')} value={rule.kind} popupMatchSelectWidth={false} onChange={(kind: LineKind) => change(at, { kind })} options={LINE_KINDS.map((value) => ({ value, label: t(`import.line_kind.${value}`) }))} />
            <button type="button" className="plain link small" aria-label={t('imports.nonGoods.drop', { text: rule.text || t(`imports.nonGoods.by.${rule.by}`) })} onClick={() => save(rules.filter((_, i) => i !== at))}>{t('imports.remove')}</button>
          </li>
        ))}
      </ul>
      <div className="row">
        <Button size="small" disabled={rules.length >= 500} onClick={() => save([{ kind: 'adjustment', by: 'name', text: '' }, ...rules])}>{t('imports.nonGoods.add')}</Button>
        <Button size="small" type="text" onClick={() => save(NON_GOODS)}>{t('imports.nonGoods.again')}</Button>
      </div>
    </fieldset>
  );
}
