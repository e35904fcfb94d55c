import { useT } from '../../lib/language.tsx';
import type { Enrolment } from './journeyQueries.ts';

const SHORT = 8;

/** What somebody in a journey is called; a number where the reader may not know. */
export function useEnrolledName(): (of: Pick<Enrolment, 'customer' | 'name'>) => string {
  const t = useT();
  return ({ customer, name }) => (name === null ? t('decisions.someone', { id: customer.slice(0, SHORT) }) : name || t('decisions.nameless'));
}
