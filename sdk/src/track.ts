import { asksForPrivacy, contextNow, newId, pageNow } from './page.ts';
import { type Messages, openMessages } from './messages.ts';
import { type Message, openQueue } from './queue.ts';
import { openSender, type Sender } from './sender.ts';
import { openStore } from './store.ts';
import { openVisitor, type Visitor } from './visitor.ts';

type Said = Record<string, unknown>;
/** `consent: 'required'`: nothing is kept or sent until `consent(true)` was said. */
export type Options = { writeKey: string; host: string; consent?: 'required' | undefined; /** Whether messages of the site are shown here; they are unless told. */ messages?: boolean };

export type Perennial = {
  track(event: string, properties?: Said): void;
  page(name?: string, properties?: Said): void;
  identify(userId?: string | null, traits?: Said): void;
  group(groupId: string, traits?: Said): void;
  alias(userId: string, previousId?: string): void;
  /** The visitor's yes or no; a no forgets who they were and what still waits. */
  consent(given: boolean): void;
  /** Somebody else sits down at this browser. */
  reset(): void;
  /** This browser lets itself be notified: what `pushManager.subscribe` gave. */
  push(subscription: { toJSON(): unknown }): Promise<void>;
  /** Sends what waits now; resolves when the server has answered. */
  flush(): Promise<void>;
};

const HELD_MAX = 100;

/** Sends when the network is back, and what waits when the page is left. */
function watch(sender: Sender): void {
  addEventListener('online', () => void sender.now());
  addEventListener('pagehide', () => sender.leave());
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') sender.leave(); });
}

type Parts = { say(type: string, said: Said): void; leave(): void; decide(yes: boolean): void; sender: Sender; visitor: Visitor; messages: Messages };

/** What a page can say. */
const voiceOf = ({ say, leave, decide, sender, visitor, messages }: Parts): Perennial => ({
  track: (event, properties = {}) => say('track', { event, properties }),
  page: (name, properties = {}) => {
    say('page', { ...(name ? { name } : {}), properties: { ...pageNow(), ...properties } });
    messages.look();
  },
  identify: (userId, traits = {}) => {
    visitor.know(userId);
    say('identify', { ...(userId ? { userId } : {}), traits });
  },
  group: (groupId, traits = {}) => say('group', { groupId, traits }),
  alias: (userId, previousId) => {
    const before = previousId ?? visitor.before();
    say('alias', { userId, ...(before ? { previousId: before } : {}) });
    visitor.know(userId);
  },
  consent: decide,
  reset: leave,
  push: messages.push,
  flush: () => sender.now(),
});

/**
 * Tracks this page. Every event gets its id when it happens and keeps it over every retry, so the server stores it once. A browser
 * that asks not to be followed is not: nothing is kept, nothing sent.
 */
export function openPerennial({ writeKey, host, consent, messages: shows = true }: Options): Perennial {
  const store = openStore();
  const queue = openQueue(store);
  const sender = openSender({ host, writeKey, queue });
  const visitor = openVisitor(store, consent === 'required');
  const messages = openMessages({ host, writeKey, shows, visitor });
  let held: Message[] = [];

  const leave = (): void => {
    visitor.forget();
    messages.hide();
    held = [];
  };
  const forget = (): void => {
    queue.clear();
    leave();
  };
  const enqueue = (message: Message): void => {
    const user = visitor.user();
    queue.add({ ...message, anonymousId: visitor.anonymousId(), ...(user && !message.userId ? { userId: user } : {}) });
    sender.soon();
  };
  const say = (type: string, said: Said): void => {
    if (visitor.given() === false) return;
    const message: Message = { type, messageId: newId(), timestamp: new Date().toISOString(), context: contextNow(), ...said };
    if (visitor.given()) enqueue(message);
    else held = [...held, message].slice(-HELD_MAX);
  };

  const decide = (yes: boolean): void => {
    if (asksForPrivacy()) return;
    const waiting = yes ? held : [];
    if (!yes) forget();
    visitor.decide(yes);
    messages.look();
    held = [];
    for (const message of waiting) {
      if (message.type === 'identify') visitor.know(message.userId as string);
      enqueue(message);
    }
  };

  if (asksForPrivacy()) forget();
  else if (visitor.given() && queue.size() > 0) sender.soon();
  watch(sender);

  return voiceOf({ say, leave, decide, sender, visitor, messages });
}
