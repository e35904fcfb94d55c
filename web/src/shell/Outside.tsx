import type { ReactNode } from 'react';
import { LANGUAGES, useSpoken } from '../lib/language.tsx';
import { LANGUAGE_NAMES } from './Bar.tsx';

/** The frame of pages before the door: the growth rings, the words, nothing else. */
export function Outside({ title, lead, children }: { title: string; lead: ReactNode; children: ReactNode }) {
  const { t, language, choose } = useSpoken();
  return (
    <main className="outside">
      <div className="outside-form">
        <p className="outside-name"><img src="/mark.svg" alt="" width={28} height={28} />{t('app.name')}</p>
        <div><h1>{title}</h1><p className="grey">{lead}</p></div>
        {children}
        <p className="row small">
          {LANGUAGES.map((key) => <button key={key} type="button" lang={key} className={key === language ? 'plain strong' : 'plain grey'} aria-pressed={key === language} onClick={() => choose(key)}>{LANGUAGE_NAMES[key]}</button>)}
        </p>
      </div>
      <Rings />
    </main>
  );
}

/** Growth rings of a tree: each ring a year, thicker where more was bought. Drawn from fixed numbers. */
function Rings() {
  const years = [9, 14, 11, 16, 22, 12, 18, 26, 15, 20, 30, 17, 24, 21, 34, 19];
  let radius = 26;
  return (
    <svg className="rings" viewBox="0 0 640 640" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      {years.map((gap, index) => {
        radius += gap * 1.35;
        return <ellipse key={radius} cx={430} cy={350} rx={radius * 1.06} ry={radius} strokeWidth={0.6 + gap / 16} transform={`rotate(${index * 7} 430 350)`} />;
      })}
    </svg>
  );
}
