import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useMay } from '../../lib/session.ts';
import { type PeopleOf, PeoplePanel } from '../../ui/PeoplePanel.tsx';

type Which = 'drawn' | 'sent' | 'unsent' | 'bought' | 'refunded' | 'unsubscribed' | 'complained';
/** Of an arm, or left out for a reason by the draw or by a file; `since`: counted today, of a settled result. */
export type Pick = { arm: string; which: Which; since?: boolean } | { leftOut: string; batch?: string };
type Open = ((pick: Pick, title: string) => void) | null;

const Opened = createContext<Open>(null);

/** Lets the numbers below open the people behind them, in one panel beside the page. */
export function PeopleBehind({ token, children }: { token: string; children: ReactNode }) {
  const may = useMay();
  const [people, setPeople] = useState<PeopleOf | null>(null);
  const isAllowed = may('customers.read');
  const open = useMemo<Open>(() => (isAllowed ? (pick, title) => setPeople({ token, pick, title }) : null), [token, isAllowed]);
  return <Opened value={open}>{children}<PeoplePanel of={people} onClose={() => setPeople(null)} /></Opened>;
}

/** Opens the people of a pick; null where the reader may not look. */
export const useOpenPeople = (): Open => useContext(Opened);

type BehindProps = { people: number; pick: Pick; title: string; children: string };

/** A number that opens its people; plain text where there is nobody, or the reader may not look. Its name says what it is and how many. */
export function Behind({ people, pick, title, children }: BehindProps) {
  const open = useOpenPeople();
  return open && people > 0 ? <button type="button" className="plain link" aria-label={title === children ? title : `${title}: ${children}`} onClick={() => open(pick, title)}>{children}</button> : children;
}

/** A count that opens its people. */
export function Heads({ people, pick, title }: Omit<BehindProps, 'children'>) {
  const { count } = useFormats();
  return <Behind people={people} pick={pick} title={title}>{count(people)}</Behind>;
}
