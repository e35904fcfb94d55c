import type { ReactNode } from 'react';
import { useFormats } from '../lib/format.ts';

export type Moment = { id: string; day: string; time?: string | null; kind: string; title: ReactNode; detail?: ReactNode; amount?: ReactNode; muted?: boolean };

/** What happened, newest first, one heading a month. */
export function Timeline({ moments }: { moments: readonly Moment[] }) {
  const { month, shortDay } = useFormats();
  const months = Map.groupBy(moments, ({ day }) => day.slice(0, 7));
  return (
    <div className="timeline">
      {[...months].map(([name, inMonth]) => (
        <section key={name}>
          <h3 className="grey">{month(name)}</h3>
          <ol>
            {inMonth.map((moment) => (
              <li key={moment.id} className={`moment ${moment.kind}${moment.muted ? ' muted' : ''}`}>
                <time dateTime={moment.time ?? moment.day} className="grey number">{shortDay(moment.day)}</time>
                <span className="moment-words"><span>{moment.title}</span>{moment.detail && <span className="grey small">{moment.detail}</span>}</span>
                {moment.amount && <span className="number">{moment.amount}</span>}
              </li>
            ))}
          </ol>
        </section>
      ))}
    </div>
  );
}
