import { type Definition, PLACEHOLDER } from '../../../../../../src/engage/core/definition.ts';
import { faultsOf } from '../../../../../../src/engage/core/validate.ts';

/** Something wrong, as the browser or the server found it. */
export type Found = { code: string; node: string; facts: Readonly<Record<string, unknown>> };

/** Templates there are, with the version of each that is published; null while that is not known. */
export type Published = ReadonlyMap<string, number | null> | null;
type Message = Extract<Definition['nodes'][number], { kind: 'send' }>;

function templateFault({ id, template }: Message, templates: Published): Found[] {
  const fault = (code: string): Found[] => [{ code: `journey.fault.${code}`, node: id, facts: { template: template.id.replace(PLACEHOLDER, ''), version: template.version === null ? '' : String(template.version) } }];
  if (template.id.startsWith(PLACEHOLDER)) return fault('template_missing');
  if (templates === null) return [];
  const published = templates.get(template.id);
  if (published === undefined) return fault('template_gone');
  return published === null || (template.version ?? 0) > published ? fault('template_unpublished') : [];
}

/** What can be told without asking: of the graph, and messages whose template is not chosen, gone, or not published. */
export const foundHere = (definition: Definition, templates: Published): Found[] => [...faultsOf(definition), ...definition.nodes.flatMap((node) => (node.kind === 'send' ? templateFault(node, templates) : []))];

const told = ({ code, node }: Found): string => `${code} ${node}`;

/** What was found here, and what only the server could find in the draft it holds. */
export function allFound(here: readonly Found[], server: readonly Found[], definition: Definition): Found[] {
  const known = new Set(here.map(told)), nodes = new Set(['', ...definition.nodes.map(({ id }) => id)]);
  // What the browser finds by itself it finds anew at every change; the server's word on it may be of a moment ago.
  return [...here, ...server.filter((one) => nodes.has(one.node) && !known.has(told(one)) && !isFoundHere(one.code))];
}

const SERVER_ONLY = ['segment_gone', 'journey_gone', 'grant_unavailable', 'template_channel'];
const isFoundHere = (code: string): boolean => code.startsWith('journey.fault.') && !SERVER_ONLY.some((one) => code.endsWith(one));
