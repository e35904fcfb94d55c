import type { ReactNode } from 'react';
import { useEffect } from 'react';
import { useT } from '../lib/language.tsx';

type PageProps = { title: string; lead?: ReactNode; actions?: ReactNode; children: ReactNode; narrow?: boolean; dense?: boolean };

/** A page: its title, one sentence that answers, and sections divided by air and hairlines. `dense`: a list that needs the height; its tab already names it. */
export function Page({ title, lead, actions, children, narrow, dense }: PageProps) {
  const t = useT();
  useEffect(() => {
    document.title = `${title} · ${t('app.name')}`;
  }, [title, t]);
  return (
    <div className={`page${narrow ? ' narrow' : ''}${dense ? ' dense' : ''}`}>
      <header className="page-head">
        <div className="page-words"><h1 className={dense ? 'unseen' : undefined}>{title}</h1>{lead && <p className="lead">{lead}</p>}</div>
        {actions && <div className="page-actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

type SectionProps = { title?: ReactNode; note?: ReactNode; actions?: ReactNode; children: ReactNode };

export function Section({ title, note, actions, children }: SectionProps) {
  return (
    <section className="section">
      {(title || actions) && (
        <header className="section-head">
          <div>{title && <h2>{title}</h2>}{note && <p className="grey">{note}</p>}</div>
          {actions && <div className="section-actions">{actions}</div>}
        </header>
      )}
      {children}
    </section>
  );
}

/** Figures side by side, divided by hairlines; `quiet`: smaller ones that stand behind others. */
export const Figures = ({ children, quiet }: { children: ReactNode; quiet?: boolean }) => <dl className={quiet ? 'figures quiet' : 'figures'}>{children}</dl>;
