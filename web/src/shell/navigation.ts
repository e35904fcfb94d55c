import { PAGES } from '../pageList.ts';
import { paths, SETTINGS } from '../paths.ts';
import type { IconName } from '../ui/Icon.tsx';

export type NavItem = { key: string; to: string; needs: string };
export type NavGroup = { key: string; icon: IconName; items: readonly NavItem[] };

const SETTING_NEEDS: Readonly<Record<(typeof SETTINGS)[number], string>> = {
  workspace: 'settings.read', members: 'members.read', keys: 'keys.read', webhooks: 'settings.write', sources: 'imports.read', events: 'imports.read', schema: 'imports.read', stages: 'settings.read', fields: 'settings.read', promotions: 'settings.read', privacy: 'customers.erase', audit: 'audit.read',
};

/** The navigation as a table: a page, and the permission it needs. */
export const NAVIGATION: readonly NavGroup[] = [
  { key: 'home', icon: 'home', items: [{ key: 'home', to: paths.home(), needs: '' }] },
  {
    key: 'customers', icon: 'customers', items: [
      { key: 'customers.list', to: paths.customers(), needs: 'customers.read' },
      { key: 'customers.accounts', to: paths.accounts(), needs: 'customers.read' },
      { key: 'customers.segments', to: paths.segments(), needs: 'customers.read' },
      { key: 'customers.tasks', to: paths.tasks(), needs: 'customers.read' },
      { key: 'customers.signals', to: paths.signals(), needs: 'customers.read' },
      { key: 'customers.import', to: paths.imports(), needs: 'imports.read' },
      { key: 'customers.quality', to: paths.quality(), needs: 'imports.read' },
      { key: 'customers.reviews', to: paths.reviews(), needs: 'customers.merge' },
      { key: 'customers.reconcile', to: paths.reconcile(), needs: 'imports.read' },
    ],
  },
  {
    key: 'lifecycle', icon: 'lifecycle', items: [
      { key: 'lifecycle.stages', to: paths.lifecycle(), needs: 'lifecycle.read' },
      { key: 'lifecycle.flow', to: paths.flow(), needs: 'lifecycle.read' },
      { key: 'lifecycle.rfm', to: paths.rfm(), needs: 'lifecycle.read' },
      { key: 'lifecycle.value', to: paths.value(), needs: 'lifecycle.read' },
      { key: 'lifecycle.churn', to: paths.churn(), needs: 'lifecycle.read' },
      { key: 'lifecycle.touch', to: paths.touch(), needs: 'lifecycle.read' },
      { key: 'lifecycle.offers', to: paths.offers(), needs: 'lifecycle.read' },
      { key: 'lifecycle.model', to: paths.model(), needs: 'lifecycle.read' },
    ],
  },
  {
    key: 'engage', icon: 'engage', items: [
      { key: 'engage.journeys', to: paths.journeys(), needs: 'engage.read' },
      { key: 'engage.approvals', to: paths.approvals(), needs: 'engage.read' },
      { key: 'engage.care', to: paths.care(), needs: 'engage.read' },
      { key: 'engage.templates', to: paths.templates(), needs: 'reach.read' },
      { key: 'engage.decisions', to: paths.decisions(), needs: 'reach.read' },
      { key: 'engage.channels', to: paths.channels(), needs: 'reach.read' },
      { key: 'engage.rules', to: paths.sendRules(), needs: 'reach.read' },
    ],
  },
  {
    key: 'insight', icon: 'insight', items: [
      { key: 'insight.goals', to: paths.goals(), needs: 'insight.read' },
      { key: 'insight.forecasts', to: paths.forecasts(), needs: 'insight.read' },
      { key: 'insight.cohorts', to: paths.cohorts(), needs: 'insight.read' },
      { key: 'insight.funnel', to: paths.funnel(), needs: 'insight.read' },
      { key: 'insight.experiments', to: paths.experiments(), needs: 'insight.read' },
      { key: 'insight.benchmarks', to: paths.benchmarks(), needs: 'insight.read' },
      { key: 'insight.metrics', to: paths.metrics(), needs: 'insight.read' },
    ],
  },
  { key: 'settings', icon: 'settings', items: SETTINGS.map((section) => ({ key: `settings.${section}`, to: paths.settings(section), needs: SETTING_NEEDS[section] })) },
];

const BUILT: ReadonlySet<string> = new Set(PAGES.map(({ path }) => path));

/** The groups someone may open, each with only the pages that exist and that they may open. */
export const navigationFor = (may: (permission: string) => boolean): NavGroup[] =>
  NAVIGATION.map((group) => ({ ...group, items: group.items.filter((item) => BUILT.has(item.to) && (item.needs === '' || may(item.needs))) })).filter((group) => group.items.length > 0);

const matches = (item: NavItem, path: string): boolean => path === item.to || (item.to !== '/' && path.startsWith(`${item.to}/`));

/** The page an address belongs to: the longest address that begins it. */
export function placeOf(groups: readonly NavGroup[], path: string): { group?: NavGroup; item?: NavItem } {
  const found = groups.flatMap((group) => group.items.filter((item) => matches(item, path)).map((item) => ({ group, item })));
  return found.sort((a, b) => b.item.to.length - a.item.to.length)[0] ?? {};
}
