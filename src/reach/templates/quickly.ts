import { Output, type Template } from 'liquidjs';
import { answerOf, isSteps } from './answerOf.ts';

/** What of the library's parsed templates is read here; whatever looks otherwise is left to the library. */
type Context = { findScope(key: unknown): unknown; readProperty(of: unknown, key: unknown): unknown };
type Emitter = { write(text: unknown): void };
type Token = { content?: unknown; variable?: unknown; props?: readonly Token[] };
type Filter = { handler(this: object, ...args: unknown[]): unknown; token: unknown; liquid: unknown; args: readonly (Token | readonly unknown[])[] };
type Value = { initial: { postfix: readonly Token[] }; filters: readonly Filter[]; value(context: Context, lenient?: boolean): unknown };
type Node = Template & { str?: unknown; value?: Value };

/** Reads what a token names; undefined: the library is to say what it thinks of it. */
type Read = (context: Context) => unknown;

const isPlain = (token: Token): boolean => 'content' in token && typeof token.content !== 'object';

function readOf(token: Token | readonly unknown[] | undefined): Read | undefined {
  if (token === undefined || Array.isArray(token)) return undefined;
  const { content, variable, props } = token as Token;
  if (isPlain(token as Token)) return () => content;
  if (variable !== undefined || !props || props.length === 0 || !props.every(isPlain)) return undefined;
  const path = props.map((one) => one.content);
  return (context) => {
    let found = context.findScope(path[0]);
    for (let at = 0; at < path.length && found !== undefined; at++) found = context.readProperty(found, path[at]);
    return found;
  };
}

const settled = (said: unknown): unknown => (isSteps(said) ? answerOf(said) : said);

/** A value that is one name or word, and filters with such arguments, is worked out without a generator a step; anything else by the library. */
function quickenValue(value: Value): void {
  const { postfix } = value.initial, library = value.value.bind(value), read = postfix.length === 1 ? readOf(postfix[0]) : undefined;
  const filters = value.filters.map((filter) => ({ filter, args: filter.args.map(readOf) }));
  if (!read || filters.some(({ args }) => args.includes(undefined))) return;
  value.value = (context, lenient) => {
    let said = read(context);
    for (const { filter: { handler, token, liquid }, args } of filters) {
      const given = args.map((one) => one?.(context));
      if (said === undefined || given.includes(undefined)) return library(context, lenient);
      said = settled(handler.call({ context, token, liquid }, said, ...given));
    }
    return said === undefined ? library(context, lenient) : said;
  };
}

const isValue = (one: unknown): one is Value => typeof one === 'object' && one !== null && 'initial' in one && 'filters' in one;

/**
 * Parsed templates that say what they said before in half the time: the library writes every step as a generator, which is most of what rendering takes and
 * of the memory it leaves behind. Here what letters are made of, text and names with filters, goes without; all the rest is the library's own.
 */
export function quicken(parts: readonly Template[]): Template[] {
  for (const part of parts as readonly Node[]) {
    const { str, value } = part;
    for (const one of (part.arguments?.() ?? []) as Iterable<unknown>) if (isValue(one)) quickenValue(one);
    if (typeof str === 'string') Object.assign(part, { render: (_: Context, emitter: Emitter): void => emitter.write(str) });
    else if (part instanceof Output && isValue(value)) Object.assign(part, { render: (context: Context, emitter: Emitter): void => emitter.write(settled(value.value(context, false))) });
    else quicken(settled(part.children?.(false, true)) as Template[] ?? []);
  }
  return [...parts];
}
