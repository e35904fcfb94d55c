import { Dropdown } from 'antd';
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useT } from '../lib/language.tsx';
import { Anchor } from '../lib/location.tsx';
import { Icon } from '../ui/Icon.tsx';
import { fitting } from './fitting.ts';
import type { NavGroup, NavItem } from './navigation.ts';

/** Room for the word that opens the rest. */
const MORE = 152;

/** How many tabs stand in a row; where a finger may push the row, all of them. */
function useFitting(row: RefObject<HTMLElement | null>, of: string): number {
  const [count, setCount] = useState(Number.POSITIVE_INFINITY);
  useLayoutEffect(() => {
    const { current } = row;
    const frame = current?.parentElement;
    if (!current || !frame?.classList.contains('bar-tabs')) return undefined;
    const measure = () => setCount(fitting([...current.querySelectorAll<HTMLElement>('.tab')].map(({ offsetWidth }) => offsetWidth), frame.clientWidth, MORE));
    const watch = new ResizeObserver(measure);
    watch.observe(frame);
    measure();
    return () => watch.disconnect();
  }, [row, of]);
  return count;
}

/** The pages of a group in a row; those without room stand behind a word at its end, which is the current page's where that is one of them. */
export function Tabs({ group, current }: { group: NavGroup | undefined; current: NavItem | undefined }) {
  const t = useT();
  const row = useRef<HTMLElement>(null);
  const names = (group?.items ?? []).map(({ key }) => t(`nav.${key}`));
  const count = useFitting(row, names.join());
  useEffect(() => {
    row.current?.querySelector('.tab:not(.folded)[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [current?.key]);
  if (!group) return null;
  if (group.items.length === 1) return <span className="tab-title">{names[0]}</span>;
  const rest = group.items.slice(count);
  const isHere = rest.some(({ key }) => key === current?.key);
  return (
    <nav className="tabs" aria-label={t('nav.section', { group: t(`nav.${group.key}`) })} ref={row}>
      {group.items.map((item, at) => (
        <Anchor key={item.key} to={item.to} className={at < count ? 'tab' : 'tab folded'} aria-current={item.key === current?.key ? 'page' : undefined}>{names[at]}</Anchor>
      ))}
      {rest.length > 0 && (
        <Dropdown trigger={['click']} menu={{ selectedKeys: [current?.key ?? ''], items: rest.map((item) => ({ key: item.key, label: <Anchor to={item.to}>{t(`nav.${item.key}`)}</Anchor> })) }}>
          <button type="button" className="tab more" aria-current={isHere ? 'true' : undefined}><span className="clip">{isHere && current ? t(`nav.${current.key}`) : t('nav.more')}</span><Icon name="down" size={14} /></button>
        </Dropdown>
      )}
    </nav>
  );
}
