import type { Rendered } from '../core/message.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { CompiledEntry } from './compile.ts';
import type { Manner } from './filters.ts';
import { type Program, readLiquid, renderLiquid, type Scope } from './liquid.ts';

/** A content whose texts are read: rendering it is all that is left. */
export type Ready = { entry: CompiledEntry; programs: ReadonlyMap<string, Program> };

/** Reads the texts of a compiled content; an empty one needs no reading. */
export const ready = (entry: CompiledEntry): Ready => ({
  entry, programs: new Map(Object.entries(entry.texts).flatMap(([name, { mode, source }]): [string, Program][] => (source.trim() === '' ? [] : [[name, readLiquid(source, mode)]]))),
});

const ADDRESS = /^(?:https?:\/\/[^\s/]|\/(?!\/))\S*$/i;

/** An address of a button: of the web or of the app itself; empty where none is wanted. */
function address(text: string, name: string): string {
  const trimmed = text.trim();
  if (trimmed !== '' && !ADDRESS.test(trimmed)) throw new Refusal('template.link_refused', { variable: name });
  return trimmed;
}

/** Plain data with its texts replaced by what they say for somebody. */
function filled(value: unknown, path: readonly (string | number)[], say: (name: string) => string): unknown {
  if (typeof value === 'string') return say(JSON.stringify(path));
  if (Array.isArray(value)) return value.map((one, at) => filled(one, [...path, at], say));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filled(inner, [...path, key], say)]));
}

/** Branches that were not taken leave empty lines behind. */
const lines = (text: string): string => text.split('\n').map((line) => line.trim()).join('\n').replace(/\n{3,}/g, '\n\n').trim();
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** A content for one person. Refuses what `renderLiquid` refuses, and `template.link_refused` for an address that is none. */
export function renderEntry({ entry: { content, variant, language }, programs }: Ready, scope: Scope, manner: Manner): Rendered {
  const said = (name: string): string => {
    const program = programs.get(name);
    return program ? renderLiquid(program, scope, manner) : '';
  };
  const line = (name: string): string => oneLine(said(name));
  const link = (): string => address(said('url'), 'url');
  const which = { variant, language };
  switch (content.channel) {
    case 'email': return { channel: 'email', subject: line('subject'), preheader: line('preheader'), html: said('html'), text: lines(said('text')), ...which };
    case 'sms': return { channel: 'sms', text: said('text').trim(), ...which };
    case 'push': return { channel: 'push', title: line('title'), body: said('body').trim(), url: link(), ...which };
    case 'in_app': return { channel: 'in_app', shape: content.shape, title: line('title'), body: said('body').trim(), url: link(), ...which };
    case 'wecom': return { channel: 'wecom', text: said('text').trim(), url: link(), ...which };
    case 'mp': return { channel: 'mp', kind: content.kind, providerTemplate: content.providerTemplate, text: said('text').trim(), data: filled(content.data, ['data'], said) as Record<string, string>, url: link(), ...which };
    case 'webhook': return { channel: 'webhook', body: filled(content.body, ['body'], said) as Record<string, unknown>, ...which };
    case 'call': return { channel: 'call', title: line('title'), body: said('body').trim(), ...which };
  }
}
