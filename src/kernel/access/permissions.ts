export const PERMISSIONS = [
  'customers.read', 'customers.write', 'customers.unmask', 'customers.export', 'customers.merge', 'customers.erase',
  'imports.read', 'imports.write', 'events.write',
  'lifecycle.read', 'lifecycle.write',
  'insight.read', 'insight.write',
  'reach.read', 'reach.write', 'engage.read', 'engage.write', 'engage.approve',
  'settings.read', 'settings.write', 'members.read', 'members.write', 'keys.read', 'keys.write', 'audit.read',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

export const STAFF_ROLES = ['owner', 'manager', 'operator', 'agent', 'analyst', 'developer'] as const;
export type StaffRole = (typeof STAFF_ROLES)[number];

const EVERYTHING: readonly Permission[] = PERMISSIONS;
const READING: readonly Permission[] = ['customers.read', 'lifecycle.read', 'insight.read', 'imports.read', 'reach.read', 'engage.read'];

/** What each role may do. Operators and agents see masked identifiers; unmasking and export are granted apart. */
export const ROLE_PERMISSIONS: Readonly<Record<StaffRole, readonly Permission[]>> = {
  owner: EVERYTHING,
  manager: [...READING, 'customers.write', 'customers.unmask', 'customers.export', 'customers.merge', 'customers.erase', 'imports.write', 'lifecycle.write', 'insight.write', 'reach.write', 'engage.write', 'engage.approve', 'settings.read', 'members.read', 'audit.read'],
  operator: [...READING, 'customers.write', 'customers.merge', 'imports.write', 'lifecycle.write', 'insight.write', 'reach.write', 'engage.write', 'settings.read'],
  agent: ['customers.read', 'customers.write', 'lifecycle.read', 'reach.read'],
  analyst: [...READING, 'insight.write', 'settings.read'],
  developer: [...READING, 'imports.write', 'events.write', 'settings.read', 'settings.write', 'keys.read', 'keys.write'],
};
