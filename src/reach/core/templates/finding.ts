import type { Language } from '../../../kernel/words/types.ts';
import type { ChannelName } from '../message.ts';

/**
 * Something lint found: `code` is worded under `template.lint.<code>` and `template.todo.<code>`. An `error` keeps a template from being
 * published, one that is `overridable` until somebody gives a reason. `at`: which text; null for the template as a whole. `block`: the shared block that says it.
 */
export type Finding = {
  level: 'error' | 'warning'; code: string; overridable?: boolean; facts: Readonly<Record<string, unknown>>;
  at: { variant: string; channel: ChannelName; language: Language } | null; field: string; block?: string;
};

/** Whether findings keep a template from being published; with a reason given, those that allow one do not. */
export const blocks = (findings: readonly Finding[], { withReason }: { withReason: boolean }): boolean =>
  findings.some(({ level, overridable }) => level === 'error' && !(withReason && overridable));
