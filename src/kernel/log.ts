import { type DestinationStream, type Logger, pino } from 'pino';

const MESSAGE_MAX = 300;
const FRAMES_MAX = 12;

type Loggable = { type: string; code?: string; message: string; stack: string };

/**
 * An error as it may be written down: what kind, where, and its first words without anything quoted. The stores quote what
 * they were given in their messages and details, and that may be somebody's name or telephone.
 */
export function loggable(error: unknown): Loggable {
  const { name = 'Error', message = '', stack = '', code } = (error instanceof Error ? error : new Error(String(error))) as Error & { code?: unknown };
  const first = (message.split('\n', 1)[0] ?? '').replace(/: In scope .*| while (?:executing|processing) .*/is, '').replace(/'(?:[^'\\]|\\.)*'?/g, "'…'").slice(0, MESSAGE_MAX);
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line)).slice(0, FRAMES_MAX).join('\n');
  return { type: name, ...(typeof code === 'string' && { code }), message: first, stack: frames };
}

/** The log of the process: JSON lines, errors told without what they quote. */
export const openLog = (level: string, destination: DestinationStream = pino.destination(2)): Logger => pino({ level, serializers: { err: loggable } }, destination);
