import type { ReactNode } from 'react';

export type Loaded = { default: () => ReactNode };
type Loader = () => Promise<Loaded>;
/** A page inside the shell: its address, the permission it needs ('' for everyone), and where its code lives. */
type PageRoute = { path: string; needs: string; load: Loader };

export const PAGES: readonly PageRoute[] = [
  { path: '/', needs: '', load: () => import('./pages/home/HomePage.tsx') },
  { path: '/welcome', needs: '', load: () => import('./pages/welcome/WelcomePage.tsx') },
  { path: '/customers', needs: 'customers.read', load: () => import('./pages/customers/CustomersPage.tsx') },
  { path: '/customers/$id', needs: 'customers.read', load: () => import('./pages/customer/CustomerPage.tsx') },
  { path: '/accounts', needs: 'customers.read', load: () => import('./pages/accounts/AccountsPage.tsx') },
  { path: '/accounts/$id', needs: 'customers.read', load: () => import('./pages/accounts/AccountPage.tsx') },
  { path: '/segments', needs: 'customers.read', load: () => import('./pages/segments/SegmentsPage.tsx') },
  { path: '/signals', needs: 'customers.read', load: () => import('./pages/signals/SignalsPage.tsx') },
  { path: '/reviews', needs: 'customers.merge', load: () => import('./pages/reviews/ReviewsPage.tsx') },
  { path: '/import', needs: 'imports.read', load: () => import('./pages/import/ImportPage.tsx') },
  { path: '/import/$id', needs: 'imports.read', load: () => import('./pages/import/ImportRunPage.tsx') },
  { path: '/quality', needs: 'imports.read', load: () => import('./pages/quality/QualityPage.tsx') },
  { path: '/reconcile', needs: 'imports.read', load: () => import('./pages/reconcile/ReconcilePage.tsx') },
  { path: '/lifecycle', needs: 'lifecycle.read', load: () => import('./pages/lifecycle/LifecyclePage.tsx') },
  { path: '/lifecycle/flow', needs: 'lifecycle.read', load: () => import('./pages/flow/FlowPage.tsx') },
  { path: '/lifecycle/rfm', needs: 'lifecycle.read', load: () => import('./pages/rfm/RfmPage.tsx') },
  { path: '/lifecycle/value', needs: 'lifecycle.read', load: () => import('./pages/value/ValuePage.tsx') },
  { path: '/lifecycle/churn', needs: 'lifecycle.read', load: () => import('./pages/churn/ChurnPage.tsx') },
  { path: '/lifecycle/model', needs: 'lifecycle.read', load: () => import('./pages/model/ModelPage.tsx') },
  { path: '/insight/goals', needs: 'insight.read', load: () => import('./pages/goals/GoalsPage.tsx') },
  { path: '/insight/forecasts', needs: 'insight.read', load: () => import('./pages/forecasts/ForecastsPage.tsx') },
  { path: '/insight/cohorts', needs: 'insight.read', load: () => import('./pages/cohorts/CohortsPage.tsx') },
  { path: '/insight/funnel', needs: 'insight.read', load: () => import('./pages/funnel/FunnelPage.tsx') },
  { path: '/insight/experiments', needs: 'insight.read', load: () => import('./pages/experiments/ExperimentsPage.tsx') },
  { path: '/insight/experiments/new', needs: 'insight.write', load: () => import('./pages/experiments/NewExperimentPage.tsx') },
  { path: '/insight/experiments/$id', needs: 'insight.read', load: () => import('./pages/experiments/ExperimentPage.tsx') },
  { path: '/insight/benchmarks', needs: 'insight.read', load: () => import('./pages/benchmarks/BenchmarksPage.tsx') },
  { path: '/insight/metrics', needs: 'insight.read', load: () => import('./pages/metrics/MetricsPage.tsx') },
  { path: '/my-account', needs: '', load: () => import('./pages/settings/AccountPage.tsx') },
  { path: '/settings/workspace', needs: 'settings.read', load: () => import('./pages/settings/WorkspacePage.tsx') },
  { path: '/settings/members', needs: 'members.read', load: () => import('./pages/settings/MembersPage.tsx') },
  { path: '/settings/keys', needs: 'keys.read', load: () => import('./pages/settings/KeysPage.tsx') },
  { path: '/settings/sources', needs: 'imports.read', load: () => import('./pages/sources/SourcesPage.tsx') },
  { path: '/settings/events', needs: 'imports.read', load: () => import('./pages/events/LivePage.tsx') },
  { path: '/settings/schema', needs: 'imports.read', load: () => import('./pages/events/SchemaPage.tsx') },
  { path: '/settings/stages', needs: 'settings.read', load: () => import('./pages/settings/StagesPage.tsx') },
  { path: '/settings/fields', needs: 'settings.read', load: () => import('./pages/settings/FieldsPage.tsx') },
  { path: '/settings/promotions', needs: 'settings.read', load: () => import('./pages/settings/PromotionsPage.tsx') },
  { path: '/settings/privacy', needs: 'customers.erase', load: () => import('./pages/settings/PrivacyPage.tsx') },
  { path: '/settings/audit', needs: 'audit.read', load: () => import('./pages/settings/AuditPage.tsx') },
];
