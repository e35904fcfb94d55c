import { useQuery } from '@tanstack/react-query';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { useMay } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { KeyFigure } from '../../ui/Figure.tsx';
import { Figures, Section } from '../../ui/Page.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { type Journey, type Report, reportQuery } from './journeyQueries.ts';
import { useDefinitionWords } from './useDefinitionWords.ts';

const SHOWN = ['sent', 'delivered', 'opened', 'clicked', 'unsubscribed', 'complained'] as const;
const shareOf = (top: number, bottom: number): number | null => (bottom === 0 ? null : top / bottom);

/** What the journey said and what was heard back, of everybody and step by step; and who reached the goal. */
export function Heard({ journey }: { journey: Journey }) {
  const t = useT();
  const report = useQuery(reportQuery(journey.id));
  return (
    <Section title={t('journeys.heard')} note={t('journeys.heard.note')}>
      <Loaded query={report} skeleton={<Skeleton lines={6} />}>{(data) => (data.messages.proposed === 0 ? <p className="grey">{t('journeys.heard.none')}</p> : <><Totals journey={journey} report={data} /><Steps journey={journey} steps={data.steps} /></>)}</Loaded>
    </Section>
  );
}

function Totals({ journey, report: { people, messages, treated, control } }: { journey: Journey; report: Report }) {
  const t = useT();
  const { count, percent } = useFormats();
  return (
    <Figures quiet>
      {SHOWN.map((key) => (
        <KeyFigure
          key={key} label={t(`journeys.heard.${key}`)} value={count(people[key])} why={{ definition: t(`journeys.heard.${key}.why`), people: key === 'sent' ? paths.decisions({ source: journey.id, state: 'accepted', period: 'all' }) : undefined }}
          note={key === 'sent' ? t('journeys.heard.of', { messages: messages.sent, proposed: messages.proposed }) : t('journeys.heard.share', { share: percent(shareOf(people[key], people.sent)) })}
        />
      ))}
      {journey.draft.goal && <KeyFigure label={t('journeys.goal')} value={percent(shareOf(treated.goal, treated.people))} note={control.people > 0 ? t('journeys.heard.goal', { share: percent(shareOf(control.goal, control.people)) }) : t('journeys.heard.goal.none')} why={{ definition: t('journeys.heard.goal.why') }} />}
    </Figures>
  );
}

const COLUMNS = ['sent', 'delivered', 'opened', 'clicked', 'bounced', 'unsubscribed', 'complained'] as const;

function Steps({ journey, steps }: { journey: Journey; steps: Report['steps'] }) {
  const t = useT();
  const may = useMay();
  const { count, percent } = useFormats();
  const { node } = useDefinitionWords();
  const nameOf = (step: string): string => { const found = journey.draft.nodes.find(({ id }) => id === step); return found ? node(found) : step; };
  return (
    <div className="table-scroll" tabIndex={0}>
      <table className="data compact">
        <thead><tr><th scope="col">{t('journeys.part.step')}</th>{COLUMNS.map((key) => <th key={key} scope="col" className="number">{t(`journeys.heard.${key}`)}</th>)}<th scope="col" className="number">{t('journeys.heard.refused')}</th></tr></thead>
        <tbody>
          {steps.map(({ step, template, messages }) => (
            <tr key={`${step} ${template}`}>
              <td className="wrap">{nameOf(step)}</td>
              {COLUMNS.map((key) => <td key={key} className="number">{count(messages[key])}{key !== 'sent' && messages.sent > 0 && <span className="grey small"> {percent(messages[key] / messages.sent)}</span>}</td>)}
              <td className="number">{may('reach.read') && messages.refused > 0 ? <Anchor to={paths.decisions({ source: journey.id, state: 'refused', period: 'all' })}>{count(messages.refused)}</Anchor> : count(messages.refused)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
