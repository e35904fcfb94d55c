import { EFFECT } from '../../../../src/engage/core/definition.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { useMay } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { Section } from '../../ui/Page.tsx';
import type { Journey } from './journeyQueries.ts';
import { usePromise } from './usePromise.ts';

/** What the draft promises of the effect before anybody enters: days that count, margin, coupon, costs. It is changed among the rules of the drawing. */
export function Promised({ journey }: { journey: Journey }) {
  const t = useT();
  const may = useMay();
  const says = usePromise();
  const edit = may('engage.write') && journey.state !== 'stopped' && <Anchor to={paths.journey(journey.id)}>{t('journeys.promise.edit')}</Anchor>;
  return (
    <Section title={t('journeys.promise')} note={t('journeys.promise.note')} actions={edit}>
      <p className="promise">{says(journey.draft.effect ?? EFFECT)}{journey.draft.withoutComplaints && ` ${t('journeys.promise.without')}`}</p>
    </Section>
  );
}
