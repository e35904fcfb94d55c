import { Button } from 'antd';
import { useEffect, useRef } from 'react';
import type { Condition } from '../../../../src/kernel/conditions/tree.ts';
import { useT } from '../../lib/language.tsx';
import { dissolved, flipped, type Group, mayDissolve, negated, type Path, removed } from './paths.ts';

type ToolsProps = { root: Condition; group: Group; path: Path; onChange: (root: Condition) => void; onClose: () => void };

/** What can be done with the conditions of one pair of brackets together. */
export function GroupTools({ root, group, path, onChange, onClose }: ToolsProps) {
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.querySelector<HTMLElement>('button')?.focus(), []);
  const act = (next: Condition) => {
    onChange(next);
    onClose();
  };
  return (
    <div ref={box} className="filter-editor" role="group" aria-label={t('filter.group')} onKeyDown={(event) => {
      if (event.key === 'Escape') { event.stopPropagation(); onClose(); }
    }}>
      <p className="small">{t(`filter.group.${group.kind}`, { count: group.of.length })}</p>
      <div className="filter-actions">
        <Button size="small" onClick={() => act(flipped(root, path))}>{t(group.kind === 'and' ? 'filter.group.toOr' : 'filter.group.toAnd')}</Button>
        <Button size="small" onClick={() => act(negated(root, path))}>{t('filter.group.negate')}</Button>
        {mayDissolve(root, path) && <Button size="small" onClick={() => act(dissolved(root, path))}>{t('filter.group.dissolve')}</Button>}
        <Button size="small" onClick={() => act(removed(root, path))}>{t('filter.group.remove')}</Button>
        <Button size="small" type="text" onClick={onClose}>{t('filter.cancel')}</Button>
      </div>
    </div>
  );
}
