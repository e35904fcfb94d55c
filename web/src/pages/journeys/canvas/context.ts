import { useQuery } from '@tanstack/react-query';
import { createContext, useContext, useMemo } from 'react';
import type { Catalogue } from '../../../../../src/kernel/conditions/catalogue.ts';
import type { Definition } from '../../../../../src/engage/core/definition.ts';
import { useT } from '../../../lib/language.tsx';
import { givenTagsQuery, tagKeysQuery } from '../../customers/customersQueries.ts';
import type { Head } from '../../templates/templateQueries.ts';
import type { Teller } from '../said.ts';
import { type Named, useTeller } from '../useTeller.ts';
import type { Hints } from './core/blank.ts';

/** What forms offer, and how things are called: of the workspace at hand. */
export type Surroundings = { teller: Teller; hints: Hints; templates: readonly Head[] | null; segments: readonly Named[]; journeys: readonly Named[]; tags: readonly string[]; given: readonly string[]; catalogue: Catalogue };
/** The definition that forms change; without `edit` it is only read. */
export type Workbench = Surroundings & { definition: Definition; edit: ((next: Definition, mark?: string) => void) | null };

const Bench = createContext<Workbench | null>(null);
export const BenchProvider = Bench.Provider;

export function useBench(): Workbench {
  const bench = useContext(Bench);
  if (!bench) throw new Error('a part of the canvas outside of it');
  return bench;
}

/** What the workspace has that a journey can name. `isReady`: names are known, so that nothing is shown by its id first. */
export function useSurroundings(ownId: string): Surroundings & { isReady: boolean } {
  const t = useT();
  const { teller, templates, segments, journeys: all, isReady } = useTeller();
  const keys = useQuery(tagKeysQuery).data, given = useQuery(givenTagsQuery).data;
  return useMemo(() => {
    const { catalogue } = teller, journeys = all.filter(({ id }) => id !== ownId);
    const hints: Hints = {
      event: catalogue.events?.find(({ event }) => event === 'order.paid')?.event ?? catalogue.events?.[0]?.event ?? 'order.paid', dateField: catalogue.fields.find(({ key }) => key === 'birthday')?.key ?? catalogue.fields.find(({ type }) => type === 'day')?.key ?? 'birthday',
      segment: segments[0]?.id ?? null, journey: journeys[0]?.id ?? null, stage: catalogue.stages?.[0]?.value ?? 'new', task: t('canvas.new.task'), webhook: t('canvas.new.webhook'), tag: given?.[0] ?? t('canvas.new.tag'),
    };
    return { teller, hints, templates, segments, journeys, tags: keys ?? [], given: given ?? [], catalogue, isReady };
  }, [t, teller, templates, segments, all, keys, given, ownId, isReady]);
}
