import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { Empty } from '../../ui/States.tsx';
import { Changes, Whole } from './Difference.tsx';
import { differenceOf } from './changes.ts';
import { type Journey, versionQuery } from './journeyQueries.ts';
import { MoveInside } from './MoveInside.tsx';
import { useDefinitionWords } from './useDefinitionWords.ts';
import './journeys.css';

/** Every version that was launched: who by, when, who is still inside, and what it changed. */
export function VersionsPanel({ journey }: { journey: Journey }) {
  const t = useT();
  const { moment } = useFormats();
  const [open, setOpen] = useState<number | null>(journey.versions[0]?.version ?? null);
  if (journey.versions.length === 0) return <Empty title={t('journeys.versions.none')}>{t('journeys.versions.none.why')}</Empty>;
  return (
    <ol className="journey-versions">
      {journey.versions.map(({ version, madeByName, madeAt, inside }) => (
        <li key={version}>
          <div className="spread">
            <button type="button" className="plain link strong" aria-expanded={open === version} onClick={() => setOpen(open === version ? null : version)}>{t('journeys.versions.of', { version })}</button>
            <span className="grey small">{t('journeys.versions.made', { name: madeByName || t('journeys.owner.program'), at: moment(madeAt), inside })}</span>
          </div>
          {open === version && <One journey={journey} version={version} />}
          {version < journey.version && inside > 0 && <MoveInside journey={journey} from={version} people={inside} />}
        </li>
      ))}
    </ol>
  );
}

function One({ journey, version }: { journey: Journey; version: number }) {
  const { lines } = useDefinitionWords();
  const now = useQuery(versionQuery(journey.id, version)), before = useQuery(versionQuery(journey.id, version - 1));
  return (
    <Loaded query={now} skeleton={<Skeleton lines={4} />}>
      {({ definition }) => (before.data ? <Changes changes={differenceOf(lines(before.data.definition), lines(definition))} /> : <Whole definition={definition} />)}
    </Loaded>
  );
}
