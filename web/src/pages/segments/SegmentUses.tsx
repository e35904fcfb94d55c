import { useQuery } from '@tanstack/react-query';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { paths } from '../../paths.ts';
import { type ListedSegment, segmentsQuery } from './segmentsQueries.ts';

type Use = ListedSegment['usedBy'][number];
const WAYS: Readonly<Record<string, (id: string) => string>> = {
  journey: paths.journey, experiment: paths.experiment, segment: paths.segment, template: (id) => paths.template(id), touch: () => paths.touch(), persona: () => paths.personas(), goal: () => paths.goals(),
  core: () => paths.signals({ view: 'core' }), tag: () => `${paths.settings('fields')}?part=tags`,
};

/** Who works with a segment, each with the way there; undefined while that is not known. */
export function useUses(id: string): readonly Use[] | undefined {
  return useQuery(segmentsQuery).data?.rows.find((one) => one.id === id)?.usedBy;
}

export function SegmentUses({ uses }: { uses: readonly Use[] }) {
  const t = useT();
  return (
    <ul className="segment-uses">
      {uses.map(({ kind, id, name }) => {
        const way = WAYS[kind];
        return <li key={`${kind} ${id}`}><span className="grey small">{t(`segments.use.${kind}`)}</span> {way ? <Anchor className="link" to={way(id)}>{name}</Anchor> : name}</li>;
      })}
    </ul>
  );
}
