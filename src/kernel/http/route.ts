import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import type { Permission } from '../access/permissions.ts';
import type { Stores } from '../stores.ts';

/** `signed-in`: any member or key of the workspace. `public`: nobody in particular; the handler has no caller. */
export type Guard = Permission | 'signed-in' | 'public';

type Nothing = z.ZodType<Record<string, never>>;

/** A route's contract: what comes in, what goes out, who may. It is validation, types and OpenAPI at once. */
export type Shape<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType> = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: `/api/v1/${string}`;
  summary: string;
  tag: string;
  permission: Guard;
  params?: P;
  query?: Q;
  body?: B;
  /** Success status; 200 unless told. */
  status?: 200 | 201 | 202 | 204;
  reply: R;
  /** At most so many requests from one address; for doors that anyone may knock at. */
  limit?: { max: number; perSeconds: number };
};

/** Whether a route changes something: a question may be a POST when it is too long for an address, and then needs only a right to read. */
export const isWrite = ({ method, permission }: Pick<Route['shape'], 'method' | 'permission'>): boolean => method !== 'GET' && !permission.endsWith('.read');

/** What a handler is given: checked input, the stores and who asks. */
export type Input<P, Q, B> = { stores: Stores; caller: Caller; params: P; query: Q; body: B; request: FastifyRequest; reply: FastifyReply };

export type Route = {
  shape: Shape<z.ZodType, z.ZodType, z.ZodType, z.ZodType>;
  handle(input: Input<unknown, unknown, unknown>): Promise<unknown>;
};

/** Ties a contract to what answers it: shape, permission, call, reply. */
export function route<P extends z.ZodType = Nothing, Q extends z.ZodType = Nothing, B extends z.ZodType = Nothing, R extends z.ZodType = Nothing>(
  shape: Shape<P, Q, B, R>,
  handle: (input: Input<z.output<P>, z.output<Q>, z.output<B>>) => Promise<z.input<R>>,
): Route {
  return { shape, handle: handle as Route['handle'] } as Route;
}

/** A page of a list: rows, where it goes on, and the total, exact up to 10,000. */
export const pageOf = <T extends z.ZodType>(row: T) =>
  z.object({ rows: z.array(row), next: z.string().nullable(), total: z.object({ count: z.number().int(), over: z.boolean() }) });
