import { type ReactNode, useEffect, useRef, useSyncExternalStore } from 'react';
import { useT } from '../../../lib/language.tsx';
import { Icon } from '../../../ui/Icon.tsx';
import { SidePanel } from '../../../ui/SidePanel.tsx';

const NARROW = '(max-width: 900px)';
const listen = (told: () => void): (() => void) => { const media = matchMedia(NARROW); media.addEventListener('change', told); return () => media.removeEventListener('change', told); };
/** Too narrow for a drawing beside a form. */
export const useNarrow = (): boolean => useSyncExternalStore(listen, () => matchMedia(NARROW).matches);

type Props = { title: ReactNode; name: string; onClose: () => void; children: ReactNode; tools?: ReactNode };

/** What is open beside the drawing; over it where there is no room. Whoever opens it finds themselves in it, Escape leads back. */
export function Dock({ title, name, onClose, children, tools }: Props) {
  const t = useT();
  const isNarrow = useNarrow(), body = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isNarrow) return;
    body.current?.querySelector<HTMLElement>('select, input, textarea, button')?.focus({ preventScroll: true });
  }, [isNarrow]);
  if (isNarrow) return <SidePanel open onClose={onClose} title={title}><div className="jc-form">{children}{tools && <div className="row jc-tools">{tools}</div>}</div></SidePanel>;
  return (
    <aside className="jc-dock" aria-label={name} onKeyDown={(event) => { if (event.key === 'Escape' && !event.defaultPrevented) { event.stopPropagation(); onClose(); } }}>
      <header><h2>{title}</h2><button type="button" className="plain jc-tool" aria-label={t('canvas.close')} title={t('canvas.close')} onClick={onClose}><Icon name="close" /></button></header>
      <div ref={body} className="jc-form jc-dock-body">{children}</div>
      {tools && <footer className="row jc-tools">{tools}</footer>}
    </aside>
  );
}
