import { Button, Dropdown } from 'antd';
import { useState } from 'react';
import { useT } from '../../lib/language.tsx';
import { useMay } from '../../lib/session.ts';
import { Icon } from '../../ui/Icon.tsx';
import type { JourneyRow, JourneyState } from './journeyQueries.ts';
import { StateQuestion } from './StateQuestion.tsx';

export const MOVES = ['launch', 'pause', 'resume', 'stop', 'drop'] as const;
export type Move = (typeof MOVES)[number];

const POSSIBLE: Readonly<Record<JourneyState, readonly Move[]>> = { draft: ['launch', 'drop'], live: ['pause', 'stop'], paused: ['resume', 'stop'], stopped: ['drop'] };

type Props = { journey: JourneyRow; asMenu?: boolean; /** A live journey whose draft has changed may be launched again. */ changed?: boolean; onDropped?: () => void };

/** What may be done with a journey as it stands; each is asked first, with how many people it touches. */
export function StateActions({ journey, asMenu, changed, onDropped }: Props) {
  const t = useT();
  const may = useMay();
  const [move, setMove] = useState<Move | null>(null);
  if (!may('engage.write')) return null;
  const moves: readonly Move[] = [...(journey.state === 'live' && changed ? ['launch' as const] : []), ...POSSIBLE[journey.state]];
  const question = move && <StateQuestion move={move} journey={journey} onClose={() => setMove(null)} {...(onDropped ? { onDropped } : {})} />;
  if (!asMenu) return <>{moves.map((one, at) => <Button key={one} type={at === 0 && one !== 'pause' ? 'primary' : 'default'} onClick={() => setMove(one)}>{t(`journeys.${one}`)}</Button>)}{question}</>;
  return (
    // What is clicked here is not a click on the row behind it.
    <span onClick={(event) => event.stopPropagation()} onKeyDown={(event) => event.stopPropagation()} role="presentation">
      <Dropdown trigger={['click']} menu={{ items: moves.map((key) => ({ key, label: t(`journeys.${key}`) })), onClick: ({ key }) => setMove(key as Move) }}>
        <button type="button" className="bar-button" aria-label={t('journeys.actions.of', { name: journey.name })}><Icon name="more" size={18} /></button>
      </Dropdown>
      {question}
    </span>
  );
}
