import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Catalogue } from '../../../../src/kernel/conditions/catalogue.ts';
import { useFormats } from '../../lib/format.ts';
import { useSpoken } from '../../lib/language.tsx';
import { useMay } from '../../lib/session.ts';
import { catalogueQuery } from '../customers/customersQueries.ts';
import { journeyNamesQuery } from '../reach/reachQueries.ts';
import { type Head, templatesQuery } from '../templates/templateQueries.ts';
import type { Teller } from './said.ts';

export type Named = { id: string; name: string };
const NO_CATALOGUE: Catalogue = { fields: [] };

/** How a definition is told here: in the reader's language, by the names of this workspace. `isReady`: names are known, so that nothing is shown by its id first. */
export function useTeller(): { teller: Teller; templates: readonly Head[] | null; segments: readonly Named[]; journeys: readonly Named[]; isReady: boolean } {
  const { t, language } = useSpoken();
  const formats = useFormats();
  const may = useMay();
  const catalogue = useQuery({ ...catalogueQuery, enabled: may('customers.read') }), templates = useQuery({ ...templatesQuery, enabled: may('reach.read') }), names = useQuery(journeyNamesQuery);
  // What the reader may not ask for is not waited for.
  const isReady = [catalogue, templates, names].every(({ isLoading }) => !isLoading);
  const known = catalogue.data ?? NO_CATALOGUE, heads = templates.data?.rows ?? null, rows = names.data?.rows;
  return useMemo(() => {
    const segments = (known.segments ?? []).map(({ id, label }) => ({ id, name: label ?? id }));
    const nameIn = (all: readonly Named[] | null | undefined) => (id: string): string | undefined => all?.find((one) => one.id === id)?.name;
    return { teller: { t, language, formats, catalogue: known, template: nameIn(heads), segment: nameIn(segments), journey: nameIn(rows) }, templates: heads, segments, journeys: rows ?? [], isReady };
  }, [t, language, formats, known, heads, rows, isReady]);
}
