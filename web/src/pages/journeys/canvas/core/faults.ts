import { type Definition, PLACEHOLDER } from '../../../../../../src/engage/core/definition.ts';
import { faultsOf } from '../../../../../../src/engage/core/validate.ts';

/** Something wrong, as the browser or the server found it. */
export type Found = { code: string; node: string; facts: Readonly<Record<string, unknown>> };

/** What can be told without asking: of the graph, and messages without a template. `templates`: ids of those there are; null while that is not known. */
export function foundHere(definition: Definition, templates: ReadonlySet<string> | null): Found[] {
  const without = definition.nodes.filter((node) => node.kind === 'send' && (node.template.id.startsWith(PLACEHOLDER) || (templates !== null && !templates.has(node.template.id))));
  return [...faultsOf(definition), ...without.map((node): Found => ({ code: 'journey.fault.template_missing', node: node.id, facts: { template: node.kind === 'send' ? node.template.id.replace(PLACEHOLDER, '') : '' } }))];
}

const told = ({ code, node }: Found): string => `${code} ${node}`;

/** What was found here, and what only the server could find in the draft it holds. */
export function allFound(here: readonly Found[], server: readonly Found[], definition: Definition): Found[] {
  const known = new Set(here.map(told)), nodes = new Set(['', ...definition.nodes.map(({ id }) => id)]);
  // What the browser finds by itself it finds anew at every change; the server's word on it may be of a moment ago.
  return [...here, ...server.filter((one) => nodes.has(one.node) && !known.has(told(one)) && !isFoundHere(one.code))];
}

const SERVER_ONLY = ['segment_gone', 'journey_gone', 'grant_unavailable'];
const isFoundHere = (code: string): boolean => code.startsWith('journey.fault.') && !SERVER_ONLY.some((one) => code.endsWith(one));
