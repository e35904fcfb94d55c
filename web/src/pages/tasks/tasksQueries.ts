import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { View } from '../../../../src/customers/core/attempts.ts';
import type { attemptedShape, deskShape, stepsShape, taskShape } from '../../../../src/customers/contract.ts';
import { api, type Paged } from '../../lib/api.ts';
import { isKnown, type Speak } from '../../lib/language.tsx';

export type Task = z.infer<typeof taskShape>;
export type Desk = z.infer<typeof deskShape>;
export type DeskTask = Desk['rows'][number];
/** Somebody to be kept: the task, why they may go, and which journey asks. */
export type SaveDesk = { today: string; me: string; people: Record<string, string>; rows: (DeskTask & { reason: string; journey: string; play: string })[] };
export type Attempted = z.infer<typeof attemptedShape>;

/** What a write about a task moves. */
export const TASK_MOVES = ['tasks', 'customer'] as const;
export const PAGE_SIZE = 50;
/** A page of a view; the pager wants a total, which the desk gives by view. */
export const fetchDesk = (view: View) => async (cursor: string | undefined, signal: AbortSignal): Promise<Paged<DeskTask> & { desk: Desk }> => {
  const desk = await api.get<Desk>('/tasks/desk', { view, cursor, limit: PAGE_SIZE }, signal);
  return { rows: desk.rows, next: desk.next, total: { count: desk.counts[view], over: false }, desk };
};
/** Of the desk only who can be given a task, and today. */
export const deskQuery = queryOptions({ queryKey: ['tasks', 'desk'], queryFn: ({ signal }) => api.get<Desk>('/tasks/desk', { view: 'mine', limit: 1 }, signal) });
export const customerTasksQuery = (customerId: string) => queryOptions({ queryKey: ['tasks', 'customer', customerId], queryFn: ({ signal }) => api.get<{ rows: Task[] }>('/tasks', { customerId }, signal) });
export const saveDeskQuery = queryOptions({ queryKey: ['tasks', 'save'], queryFn: ({ signal }) => api.get<SaveDesk>('/save-desk', undefined, signal) });
export const stepsQuery = (id: string) => queryOptions({ queryKey: ['tasks', 'steps', id], queryFn: ({ signal }) => api.get<z.infer<typeof stepsShape>>(`/tasks/${id}/steps`, undefined, signal) });

/** What is to be done, in words. */
export const taskWords = (t: Speak, { code, params }: Pick<Task, 'code' | 'params'>): string => (isKnown(code) ? t(code, params) : code);
