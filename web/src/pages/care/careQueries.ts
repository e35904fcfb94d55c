import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Care, CarePeople } from '../../../../src/engage/routes/contract.ts';
import { api } from '../../lib/api.ts';

export type { Care };
export type CareDay = Care['days'][number];
export type Whose = 'birthday' | 'lunar_birthday' | 'anniversary';

export const careQuery = (month: string | undefined) => queryOptions({ queryKey: ['care', month ?? ''], placeholderData: keepPreviousData, queryFn: ({ signal }) => api.get<Care>('/care', { month }, signal) });
export const carePeopleQuery = (day: string, of: Whose) => queryOptions({ queryKey: ['care', 'people', day, of], retry: false, queryFn: ({ signal }) => api.get<CarePeople>('/care/people', { day, of }, signal) });

export const isQuiet = ({ birthdays, lunarBirthdays, anniversaries, tasks, journeys }: CareDay): boolean => birthdays + lunarBirthdays + anniversaries + tasks.due + journeys.length === 0;
const MONTHS = 12;
/** The month so many after one, 'YYYY-MM'. */
export function monthFrom(month: string, by: number): string {
  const at = Number(month.slice(0, 4)) * MONTHS + Number(month.slice(5)) - 1 + by;
  return `${Math.floor(at / MONTHS)}-${String((at % MONTHS) + 1).padStart(2, '0')}`;
}
/** 1 Monday … 7 Sunday. */
export const weekdayOf = (day: string): number => ((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7) + 1;
