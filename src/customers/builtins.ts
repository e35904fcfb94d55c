import type { FieldDeclaration } from './core/fields.ts';
import { STANCES } from './core/attitudes.ts';
import { DECISION_ROLES } from './core/dossier.ts';
import { declareFields } from './registry.ts';

/** Columns of `customer` by their field keys, with their SQL types: lists sort on them. */
export const HOT_COLUMNS = {
  stage: 'text', stage_since: 'date', branch: 'text', cycle: 'int', order_count: 'int', first_on: 'date', last_on: 'date', net_minor: 'bigint',
  gap_days: 'float8', rfm: 'text', b2b: 'boolean', churn_probability: 'float8',
} as const;
export type HotKey = keyof typeof HOT_COLUMNS;
export const HOT_KEYS = Object.keys(HOT_COLUMNS) as HotKey[];

const CUSTOMERS = 'customers';
const LIFECYCLE = 'lifecycle';

const PROFILE: readonly FieldDeclaration[] = [
  { key: 'gender', type: 'enum', options: ['female', 'male', 'other'], optionWords: 'gender.', block: 'basic', source: CUSTOMERS },
  { key: 'birthday', type: 'day', section: 'private', block: 'basic', source: CUSTOMERS },
  { key: 'province', type: 'text', block: 'basic', source: CUSTOMERS },
  { key: 'city', type: 'text', block: 'basic', source: CUSTOMERS },
  { key: 'country', type: 'text', block: 'basic', source: CUSTOMERS },
  { key: 'language', type: 'text', block: 'basic', source: CUSTOMERS },
  { key: 'timezone', type: 'text', block: 'basic', source: CUSTOMERS },
  { key: 'company', type: 'text', block: 'basic', source: CUSTOMERS },
  { key: 'address', type: 'text', section: 'private', sealed: true, source: CUSTOMERS },
  { key: 'id_number', type: 'text', section: 'private', sealed: true, source: CUSTOMERS },
  { key: 'plan', type: 'text', block: 'habit', source: CUSTOMERS },
  { key: 'first_channel', type: 'text', block: 'basic', source: CUSTOMERS },
  { key: 'usage_scenes', type: 'multi', block: 'scene', source: CUSTOMERS },
  { key: 'pain_points', type: 'multi', block: 'pain', source: CUSTOMERS },
  { key: 'needs', type: 'multi', block: 'need', source: CUSTOMERS },
  { key: 'objections', type: 'multi', block: 'pain', source: CUSTOMERS },
  { key: 'interests', type: 'multi', block: 'need', source: CUSTOMERS },
  { key: 'stance', type: 'enum', options: STANCES, optionWords: 'stance.', block: 'basic', source: CUSTOMERS },
  { key: 'account_industry', type: 'multi', source: CUSTOMERS },
  { key: 'account_completeness', type: 'number', unit: 'percent', source: CUSTOMERS },
  { key: 'contact_role', type: 'multi', options: DECISION_ROLES, optionWords: 'contact.role.', source: CUSTOMERS },
  { key: 'contact_power', type: 'number', source: CUSTOMERS },
  { key: 'referred_count', type: 'number', unit: 'times', block: 'habit', source: CUSTOMERS },
  { key: 'referrer', type: 'text', block: 'basic', source: CUSTOMERS },
  { key: 'household', type: 'text', source: CUSTOMERS },
  { key: 'group', type: 'text', source: CUSTOMERS },
];

const HOT: readonly FieldDeclaration[] = [
  { key: 'stage', type: 'enum', optionWords: 'stage.', source: LIFECYCLE },
  { key: 'stage_since', type: 'day', source: LIFECYCLE },
  { key: 'branch', type: 'enum', optionWords: 'branch.', source: LIFECYCLE },
  { key: 'cycle', type: 'number', source: LIFECYCLE },
  { key: 'order_count', type: 'number', unit: 'times', block: 'habit', source: LIFECYCLE },
  { key: 'first_on', type: 'day', block: 'habit', source: LIFECYCLE },
  { key: 'last_on', type: 'day', block: 'habit', source: LIFECYCLE },
  { key: 'net_minor', type: 'money', unit: 'money', block: 'habit', source: LIFECYCLE },
  { key: 'gap_days', type: 'number', unit: 'days', block: 'habit', source: LIFECYCLE },
  { key: 'rfm', type: 'enum', optionWords: 'rfm.', source: LIFECYCLE },
  { key: 'b2b', type: 'boolean', source: LIFECYCLE },
  { key: 'churn_probability', type: 'number', source: LIFECYCLE },
  { key: 'shops', type: 'multi', source: LIFECYCLE },
];

declareFields([...PROFILE, ...HOT]);
