import { queryOptions, useQuery } from '@tanstack/react-query';
import { describe } from '../../../../src/kernel/conditions/describe.ts';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { isKnown, useSpoken } from '../../lib/language.tsx';
import { useMay } from '../../lib/session.ts';
import { catalogueQuery } from '../customers/customersQueries.ts';
import { useTemplateName } from '../reach/reachQueries.ts';
import { useChannelWord } from '../reach/useReason.ts';
import { segmentsQuery } from '../segments/segmentsQueries.ts';
import type { Line } from './changes.ts';
import { type Entry, entryWords, linesOf, type Node, nodeWords, type Tongue, type Watch, watchWords } from './definitionWords.ts';
import type { Definition } from './journeyQueries.ts';
import { usePromise } from './usePromise.ts';

const SHORT = 8;
/** Before the key of a template that is still to be chosen. */
const UNCHOSEN = 'playbook:';
const namesQuery = queryOptions({ queryKey: ['journeys', 'names'], staleTime: 60_000, queryFn: ({ signal }) => api.get<{ rows: { id: string; name: string }[] }>('/journeys', { limit: 200 }, signal) });
const named = (rows: readonly { id: string; name: string }[] | undefined, id: string): string => rows?.find((one) => one.id === id)?.name ?? id.slice(0, SHORT);

function useTongue(): Tongue {
  const { t, language } = useSpoken();
  const may = useMay();
  const { list, percent } = useFormats();
  const channel = useChannelWord(), template = useTemplateName(), promise = usePromise();
  const segments = useQuery({ ...segmentsQuery, enabled: may('customers.read') }).data?.rows, journeys = useQuery(namesQuery).data?.rows, catalogue = useQuery({ ...catalogueQuery, enabled: may('customers.read') }).data;
  return {
    t, list, percent, channel, segment: (id) => named(segments, id), journey: (id) => named(journeys, id),
    template: (id) => (id.startsWith(UNCHOSEN) ? t('journeys.node.unchosen', { name: t(`journeys.template.${id.slice(UNCHOSEN.length)}`) }) : template(id) || id.slice(0, SHORT)),
    tree: (tree) => (catalogue ? describe(tree, language, catalogue) : '…'),
    field: (key) => { const label = catalogue?.fields.find((one) => one.key === key)?.label; return label === undefined ? key : typeof label === 'string' ? label : label[language]; },
    promise, event: (name) => (isKnown(`event.${name}`) ? t(`event.${name}`) : name),
  };
}

export type DefinitionWords = { entry: (entry: Entry) => string; node: (node: Node) => string; watch: (watch: Watch) => string; lines: (definition: Definition) => Line[] };

/** A journey's parts as people say them: entries, steps, what ends it, and the whole as lines that can be compared. */
export function useDefinitionWords(): DefinitionWords {
  const tongue = useTongue();
  return { entry: (one) => entryWords(tongue, one), node: (one) => nodeWords(tongue, one), watch: (one) => watchWords(tongue, one), lines: (of) => linesOf(tongue, of) };
}
