import { Outlet } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';
import { Anchor, usePath } from '../lib/location.tsx';
import { useT } from '../lib/language.tsx';
import { useMay } from '../lib/session.ts';
import { PAGES } from '../pageList.ts';
import { Icon } from '../ui/Icon.tsx';
import { Bar } from './Bar.tsx';
import { type NavGroup, navigationFor, placeOf } from './navigation.ts';
import { SessionEnded } from './SessionEnded.tsx';
import { Tabs } from './Tabs.tsx';
import { WorkspaceMark } from './WorkspaceMark.tsx';
import './shell.css';

const IDLE_MS = 1500;

/** While the first page is being read, the code of the others is fetched, so that a click only waits for its data. */
function useReadyPages(may: (permission: string) => boolean): void {
  const asked = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for a session is enough: the pages do not change while it lasts
  useEffect(() => {
    if (asked.current) return undefined;
    asked.current = true;
    const wait = setTimeout(() => {
      for (const { needs, load } of PAGES) if (needs === '' || may(needs)) load().catch(() => undefined);
    }, IDLE_MS);
    return () => {
      clearTimeout(wait);
      asked.current = false;
    };
  }, []);
}

/** Rail, bar and the page; on a phone the rail becomes the tab bar at the bottom. */
export function Shell({ children }: { children?: ReactNode }) {
  const t = useT();
  const may = useMay();
  useReadyPages(may);
  const path = usePath();
  const groups = navigationFor(may);
  const { group, item } = placeOf(groups, path);
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    main.current?.scrollTo(0, 0);
  }, [path]);
  return (
    <div className="shell">
      <a className="skip" href="#page">{t('nav.skip')}</a>
      <Rail groups={groups} current={group} />
      <Bar tabs={<Tabs group={group} current={item} />} />
      {group && group.items.length > 1 && <div className="subbar"><Tabs group={group} current={item} /></div>}
      <main id="page" className="page-scroll" ref={main} tabIndex={-1}>{children ?? <Outlet />}</main>
      <SessionEnded />
    </div>
  );
}

function Rail({ groups, current }: { groups: readonly NavGroup[]; current: NavGroup | undefined }) {
  const t = useT();
  return (
    <nav className="rail" aria-label={t('nav.main')}>
      <WorkspaceMark />
      <ul>
        {groups.map((group) => (
          <li key={group.key}>
            <Anchor to={group.items[0]?.to ?? '/'} className="rail-item" aria-current={group.key === current?.key ? 'true' : undefined}>
              <Icon name={group.icon} />
              <span>{t(`nav.${group.key}.short`)}</span>
            </Anchor>
          </li>
        ))}
      </ul>
    </nav>
  );
}
