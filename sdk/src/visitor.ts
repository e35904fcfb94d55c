import { asksForPrivacy, newId } from './page.ts';
import type { Store } from './store.ts';

/** Who is at this browser, and whether they may be noticed. */
export type Visitor = {
  /** True or false once they, or the site's own rule, have said so; undefined while the question is open. */
  given(): boolean | undefined;
  decide(yes: boolean): void;
  anonymousId(): string;
  user(): string | null;
  know(userId: string | null | undefined): void;
  /** The id they went by until now, if they have one. */
  before(): string | null;
  forget(): void;
};

const [ANONYMOUS, USER, CONSENT] = ['anonymous', 'user', 'consent'] as const;

/** `required`: nothing is known of a visitor until they said yes. A browser that asks for privacy has said no. */
export function openVisitor(store: Store, required: boolean): Visitor {
  const given = (): boolean | undefined => {
    if (asksForPrivacy()) return false;
    const said = store.get(CONSENT);
    return said === null ? (required ? undefined : true) : said === 'yes';
  };
  return {
    given,
    decide: (yes) => store.set(CONSENT, yes ? 'yes' : 'no'),
    anonymousId: () => {
      const known = store.get(ANONYMOUS) ?? newId();
      store.set(ANONYMOUS, known);
      return known;
    },
    user: () => store.get(USER),
    know: (userId) => { if (userId && given()) store.set(USER, userId); },
    before: () => store.get(USER) ?? store.get(ANONYMOUS),
    forget: () => {
      store.drop(ANONYMOUS);
      store.drop(USER);
    },
  };
}
