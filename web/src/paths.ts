/** Every address of the app is built here; filters live in the query so that a page can be shared as it is seen. */

type Filters = Readonly<Record<string, string | number | null | undefined>>;

const at = (path: string, filters: Filters = {}): string => {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(filters)) if (value !== null && value !== undefined && value !== '') params.set(name, String(value));
  const text = params.toString();
  return text ? `${path}?${text}` : path;
};

export const paths = {
  home: () => '/',
  customers: (filters?: Filters) => at('/customers', filters),
  customer: (id: string, filters?: Filters) => at(`/customers/${id}`, filters),
  segments: (filters?: Filters) => at('/segments', filters),
  layers: (filters?: Filters) => at('/segments/layers', filters),
  personas: (filters?: Filters) => at('/segments/personas', filters),
  segment: (id: string, filters?: Filters) => at(`/segments/${id}`, filters),
  signals: (filters?: Filters) => at('/signals', filters),
  tasks: (filters?: Filters) => at('/tasks', filters),
  reviews: () => '/reviews',
  accounts: (filters?: Filters) => at('/accounts', filters),
  account: (id: string) => `/accounts/${id}`,
  imports: (filters?: Filters) => at('/import', filters),
  import: (id: string) => `/import/${id}`,
  quality: (filters?: Filters) => at('/quality', filters),
  reconcile: (filters?: Filters) => at('/reconcile', filters),
  lifecycle: (filters?: Filters) => at('/lifecycle', filters),
  flow: (filters?: Filters) => at('/lifecycle/flow', filters),
  rfm: (filters?: Filters) => at('/lifecycle/rfm', filters),
  value: (filters?: Filters) => at('/lifecycle/value', filters),
  churn: (filters?: Filters) => at('/lifecycle/churn', filters),
  touch: () => '/lifecycle/touch',
  offers: () => '/lifecycle/offers',
  model: (filters?: Filters) => at('/lifecycle/model', filters),
  journeys: (filters?: Filters) => at('/engage/journeys', filters),
  journey: (id: string, filters?: Filters) => at(`/engage/journeys/${id}`, filters),
  approvals: (filters?: Filters) => at('/engage/approvals', filters),
  care: (filters?: Filters) => at('/engage/care', filters),
  templates: (filters?: Filters) => at('/engage/templates', filters),
  template: (id: string, filters?: Filters) => at(`/engage/templates/${id}`, filters),
  blocks: (filters?: Filters) => at('/engage/templates/blocks', filters),
  block: (id: string) => `/engage/templates/blocks/${id}`,
  decisions: (filters?: Filters) => at('/engage/decisions', filters),
  channels: (filters?: Filters) => at('/engage/channels', filters),
  sendRules: () => '/engage/rules',
  goals: (filters?: Filters) => at('/insight/goals', filters),
  forecasts: (filters?: Filters) => at('/insight/forecasts', filters),
  cohorts: (filters?: Filters) => at('/insight/cohorts', filters),
  funnel: (filters?: Filters) => at('/insight/funnel', filters),
  experiments: (filters?: Filters) => at('/insight/experiments', filters),
  newExperiment: (filters?: Filters) => at('/insight/experiments/new', filters),
  experiment: (id: string) => `/insight/experiments/${id}`,
  benchmarks: () => '/insight/benchmarks',
  metrics: (filters?: Filters) => at('/insight/metrics', filters),
  settings: (section: SettingsSection) => `/settings/${section}`,
  myAccount: () => '/my-account',
  signIn: (filters?: Filters) => at('/sign-in', filters),
  invitation: (token: string) => `/invitation/${token}`,
  welcome: () => '/welcome',
  reference: () => '/docs/api',
} as const;

export const SETTINGS = ['workspace', 'members', 'keys', 'webhooks', 'sources', 'events', 'schema', 'stages', 'fields', 'promotions', 'privacy', 'audit'] as const;
export type SettingsSection = (typeof SETTINGS)[number];
