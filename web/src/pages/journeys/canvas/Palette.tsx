import { Popover } from 'antd';
import { type ReactNode, useEffect, useRef } from 'react';
import type { NodeKind } from '../../../../../src/engage/core/definition.ts';
import { useT } from '../../../lib/language.tsx';
import { blankNode, groupOf, PALETTE } from './core/blank.ts';
import { useBench } from './context.ts';
import { useNarrow } from './Dock.tsx';
import { KindIcon } from './KindIcon.tsx';

/** Every kind of node, grouped as people look for them. Arrows go from one to the next. */
function Kinds({ onKind }: { onKind: (kind: NodeKind) => void }) {
  const t = useT();
  const { definition, hints } = useBench();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => { const timer = setTimeout(() => list.current?.querySelector('button')?.focus(), 0); return () => clearTimeout(timer); }, []);
  const step = (by: number): void => {
    const all = [...list.current?.querySelectorAll<HTMLButtonElement>('button:not(:disabled)') ?? []], at = all.indexOf(document.activeElement as HTMLButtonElement);
    all[(at + by + all.length) % all.length]?.focus();
  };
  return (
    <div ref={list} className="jc-palette" role="group" aria-label={t('canvas.add')} onKeyDown={(event) => { if (event.key === 'ArrowDown' || event.key === 'ArrowUp') { event.preventDefault(); event.stopPropagation(); step(event.key === 'ArrowDown' ? 1 : -1); } }}>
      {PALETTE.map(({ group, kinds }) => (
        <section key={group}>
          <h3 className="grey small">{t(`canvas.group.${group}`)}</h3>
          <ul>{kinds.map((kind) => {
            const isThere = blankNode(kind, definition, hints) !== null;
            return (
              <li key={kind}><button type="button" className="plain jc-kind" disabled={!isThere} onClick={() => onKind(kind)}>
                <span className={`jc-icon ${groupOf(kind)}`}><KindIcon kind={kind} /></span>
                <span className="jc-kind-words"><span>{t(`canvas.kind.${kind}`)}</span><span className="grey small">{isThere ? t(`canvas.kind.hint.${kind}`) : t('canvas.kind.none')}</span></span>
              </button></li>
            );
          })}</ul>
        </section>
      ))}
    </div>
  );
}

type Props = { open: boolean; onOpen: (open: boolean) => void; onKind: (kind: NodeKind) => void; children: ReactNode };

/** What a "+" opens. */
export function Palette({ open, onOpen, onKind, children }: Props) {
  const isNarrow = useNarrow();
  return <Popover open={open} onOpenChange={onOpen} trigger="click" placement={isNarrow ? 'bottom' : 'rightTop'} arrow={false} destroyOnHidden classNames={{ root: 'jc-palette-frame' }} content={<Kinds onKind={onKind} />}>{children}</Popover>;
}
