import { type DestinationStream, type Logger, pino } from 'pino';

const MESSAGE_MAX = 300;
const FRAMES_MAX = 12;

type Loggable = { type: string; code?: string; message: string; stack: string };

/** What the stores say of their own things in double quotes; everything else in quotes is what they were given. */
const OWN_NAMES = /(?<!\b(?:relation|column|constraint|table|type|function|database|role|schema|index) )"[^"]*"?/g;
const GIVEN: readonly (readonly [RegExp, string])[] = [
  [/: In scope .*| while (?:executing|processing) .*/is, ''],
  [/'(?:[^'\\]|\\.)*'?/g, "'…'"],
  [OWN_NAMES, '"…"'],
  // ClickHouse names what it cannot read without quoting it.
  [/\bvalue .*?(?= (?:cannot|is out of range|because|too long)\b|$)/gi, 'value …'],
  [/\b(cannot parse \w+) [^:]*/gi, '$1 …'],
  [/\S*@\S*|[+\d][\d\s-]{4,}\d/g, '…'],
];

/**
 * An error as it may be written down: what kind, where, and its first words without anything quoted. The stores quote what
 * they were given in their messages and details, and that may be somebody's name or telephone.
 */
export function loggable(error: unknown): Loggable {
  const { name = 'Error', message = '', stack = '', code } = (error instanceof Error ? error : new Error(String(error))) as Error & { code?: unknown };
  const first = GIVEN.reduce((text, [given, instead]) => text.replace(given, instead), message.split('\n', 1)[0] ?? '').slice(0, MESSAGE_MAX);
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line)).slice(0, FRAMES_MAX).join('\n');
  return { type: name, ...(typeof code === 'string' && { code }), message: first, stack: frames };
}

/** The log of the process: JSON lines, errors told without what they quote. */
export const openLog = (level: string, destination: DestinationStream = pino.destination(2)): Logger => pino({ level, serializers: { err: loggable } }, destination);
