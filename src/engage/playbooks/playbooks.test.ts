import { expect, test } from 'vitest';
import { sharedWords } from '../../kernel/words/index.ts';
import { JourneyDefinition } from '../contract.ts';
import { faultsOf } from '../core/validate.ts';
import { PLAYBOOKS, unchosen, withTemplates } from './index.ts';

test.each(PLAYBOOKS.map((playbook) => [playbook.key, playbook] as const))('the playbook %s can be kept and walked to an end, and has a name in every language', (key, { definition, templates }) => {
  expect(faultsOf(definition)).toEqual([]);
  expect(JourneyDefinition.parse(definition)).toEqual(definition);
  expect(Object.keys(sharedWords[`playbook.${key}`] ?? {})).toHaveLength(3);
  for (const node of definition.nodes) if (node.kind === 'task') expect(Object.keys(sharedWords[`playbook.task.${node.text}`] ?? {})).toHaveLength(3);
  expect(unchosen(withTemplates(definition, Object.fromEntries(templates.map((one) => [one, '00000000-0000-4000-8000-000000000001']))))).toEqual([]);
});

test('R128: trouble with service is answered by a person and never by a coupon first; once a cycle', () => {
  const { definition } = PLAYBOOKS.find(({ key }) => key === 'save_by_reason') as (typeof PLAYBOOKS)[number];
  const after = (node: string, port: string) => definition.edges.find((edge) => edge.from === node && edge.port === port)?.to ?? '';
  expect(definition.nodes.find(({ id }) => id === after('why', 'service'))?.kind).toBe('task');
  expect(definition.nodes.find(({ id }) => id === after('why', 'price'))).toMatchObject({ kind: 'send', template: { id: 'playbook:save_offer' } });
  expect(definition.reentry).toEqual({ days: 60 });
  expect(definition.holdOut).toBe(0.1);
});
