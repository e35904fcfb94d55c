import { useQuery } from '@tanstack/react-query';
import { useT } from '../../lib/language.tsx';
import { Failure, Skeleton } from '../../ui/States.tsx';
import { type Change, differenceOf } from './changes.ts';
import { type Definition, type Journey, versionQuery } from './journeyQueries.ts';
import { useDefinitionWords } from './useDefinitionWords.ts';

/** What the draft changes of the version that was last approved and launched; of a first draft, all of it. */
export function DraftDifference({ journey }: { journey: Journey }) {
  const t = useT();
  const words = useDefinitionWords();
  const before = useQuery(versionQuery(journey.id, journey.version));
  if (journey.version === 0) return <Whole definition={journey.draft} />;
  if (before.error) return <Failure error={before.error} onRetry={() => void before.refetch()} />;
  if (!before.data) return <Skeleton lines={3} />;
  const changes = differenceOf(words.lines(before.data.definition), words.lines(journey.draft));
  return (
    <div className="stack">
      <p className="grey small">{t(changes.length === 0 ? 'journeys.difference.none' : 'journeys.difference.of', { count: changes.length, version: journey.version })}</p>
      <Changes changes={changes} />
    </div>
  );
}

/** Changes one by one: what stood there, crossed out, and what stands there now. */
export function Changes({ changes }: { changes: readonly Change[] }) {
  const t = useT();
  return (
    <dl className="definition">
      {changes.map(({ key, part, before, after, hidden }) => (
        <div key={key}>
          <dt className="grey">{t(`journeys.part.${part}`)}</dt>
          <dd className="stack-tight">
            {before !== null && !hidden && <del><span className="unseen">{t('journeys.difference.was')} </span>{before}</del>}
            {after !== null && <ins>{!hidden && <span className="unseen">{t('journeys.difference.is')} </span>}{after}{hidden && <span className="grey"> · {t('journeys.difference.hidden')}</span>}</ins>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

const SHOWN = new Set(['entry', 'audience', 'reentry', 'step', 'exit', 'goal', 'holdOut', 'promise', 'complaints']);

/** A definition as a list that is read from top to bottom. */
export function Whole({ definition }: { definition: Definition }) {
  const t = useT();
  const { lines } = useDefinitionWords();
  const parts = Map.groupBy(lines(definition).filter(({ part }) => SHOWN.has(part)), ({ part }) => part);
  return (
    <dl className="definition">
      {[...parts].map(([part, own]) => <div key={part}><dt className="grey">{t(`journeys.part.${part}`)}</dt><dd className="stack-tight">{own.map(({ key, text }, at) => <span key={key}>{part === 'step' ? `${at + 1}. ${text}` : text}</span>)}</dd></div>)}
    </dl>
  );
}
