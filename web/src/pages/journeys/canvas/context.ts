import { useQuery } from '@tanstack/react-query';
import { createContext, useContext, useMemo } from 'react';
import type { Catalogue } from '../../../../../src/kernel/conditions/catalogue.ts';
import type { Definition } from '../../../../../src/engage/core/definition.ts';
import { useFormats } from '../../../lib/format.ts';
import { useSpoken } from '../../../lib/language.tsx';
import { useMay } from '../../../lib/session.ts';
import { catalogueQuery, givenTagsQuery, tagKeysQuery } from '../../customers/customersQueries.ts';
import { type Head, templatesQuery } from '../../templates/templateQueries.ts';
import { journeyNamesQuery } from './canvasQueries.ts';
import type { Hints } from './core/blank.ts';
import type { Teller } from './said.ts';

type Named = { id: string; name: string };
/** What forms offer, and how things are called: of the workspace at hand. */
export type Surroundings = { teller: Teller; hints: Hints; templates: readonly Head[] | null; segments: readonly Named[]; journeys: readonly Named[]; tags: readonly string[]; given: readonly string[]; catalogue: Catalogue };
/** The definition that forms change; without `edit` it is only read. */
export type Workbench = Surroundings & { definition: Definition; edit: ((next: Definition, mark?: string) => void) | null };

const NO_CATALOGUE: Catalogue = { fields: [] };
const Bench = createContext<Workbench | null>(null);
export const BenchProvider = Bench.Provider;

export function useBench(): Workbench {
  const bench = useContext(Bench);
  if (!bench) throw new Error('a part of the canvas outside of it');
  return bench;
}

/** What the workspace has that a journey can name. `isReady`: names are known, so that nothing is shown by its id first. */
export function useSurroundings(ownId: string): Surroundings & { isReady: boolean } {
  const { t, language } = useSpoken();
  const formats = useFormats();
  const may = useMay();
  const catalogue = useQuery(catalogueQuery), tags = useQuery(tagKeysQuery), giving = useQuery(givenTagsQuery), names = useQuery(journeyNamesQuery);
  const templates = useQuery({ ...templatesQuery, enabled: may('reach.read') });
  const isReady = [catalogue, names, ...(may('reach.read') ? [templates] : [])].every(({ isPending }) => !isPending);
  const known = catalogue.data ?? NO_CATALOGUE, heads = templates.data?.rows ?? null, rows = names.data?.rows, keys = tags.data, given = giving.data;
  return useMemo(() => {
    const segments = (known.segments ?? []).map(({ id, label }) => ({ id, name: label ?? id })), journeys = (rows ?? []).filter(({ id }) => id !== ownId);
    const nameIn = (all: readonly Named[] | null) => (id: string): string | undefined => all?.find((one) => one.id === id)?.name;
    const teller: Teller = { t, language, formats, catalogue: known, template: nameIn(heads), segment: nameIn(segments), journey: nameIn(journeys) };
    const hints: Hints = {
      event: known.events?.find(({ event }) => event === 'order.paid')?.event ?? known.events?.[0]?.event ?? 'order.paid', dateField: known.fields.find(({ key }) => key === 'birthday')?.key ?? known.fields.find(({ type }) => type === 'day')?.key ?? 'birthday',
      segment: segments[0]?.id ?? null, journey: journeys[0]?.id ?? null, stage: known.stages?.[0]?.value ?? 'new', task: t('canvas.new.task'), webhook: t('canvas.new.webhook'), tag: given?.[0] ?? t('canvas.new.tag'),
    };
    return { teller, hints, templates: heads, segments, journeys, tags: keys ?? [], given: given ?? [], catalogue: known, isReady };
  }, [t, language, formats, known, heads, rows, keys, given, ownId, isReady]);
}
