import '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SESSION_DAYS } from './sessions.ts';

const NAME = 'perennial_session';
/** Browsers accept this name only from https, for the whole host, without a domain. */
const SECURE_NAME = '__Host-perennial_session';

const isSecure = (request: FastifyRequest): boolean => request.protocol === 'https';
const nameFor = (request: FastifyRequest): string => (isSecure(request) ? SECURE_NAME : NAME);

const attributesFor = (request: FastifyRequest) => ({ path: '/', httpOnly: true, sameSite: 'lax', secure: isSecure(request) } as const);

export const sessionTokenOf = (request: FastifyRequest): string | undefined => request.cookies[nameFor(request)];

export const setSessionCookie = (request: FastifyRequest, reply: FastifyReply, token: string): void =>
  void reply.setCookie(nameFor(request), token, { ...attributesFor(request), maxAge: SESSION_DAYS * 86_400 });

export const clearSessionCookie = (request: FastifyRequest, reply: FastifyReply): void =>
  void reply.clearCookie(nameFor(request), attributesFor(request));
