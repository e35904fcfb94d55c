import type { WorkspaceId } from '../../kernel/ids.ts';
import { SEAL_BYTES } from '../../kernel/seal.ts';
import type { Stores } from '../../kernel/stores.ts';

/** A request as it came: to which endpoint, which bytes, and when it first came where it is sent again from quarantine. */
export type OpenedBody = { endpoint: string; body: Uint8Array; heardAtMs: number | undefined };

/** Bodies that this process took in and will project itself: what is at hand need not be read back from Postgres and opened. */
export type AtHand = {
  /** Keeps a body that was stored. */
  keep(workspaceId: WorkspaceId, sealed: Buffer, opened: OpenedBody): void;
  /** The body whose blob begins so, once: whoever needs it again reads it from Postgres. */
  take(workspaceId: WorkspaceId, mark: Buffer): OpenedBody | undefined;
  /** Whether bodies are kept: only where they are projected here. What is at hand goes when they are not. */
  open(isOurs: boolean): void;
};

const MOST_BYTES = 64 * 1024 * 1024;
/** What nobody took in this time was projected by somebody else, or changed in Postgres. */
const STALE_MS = 600_000;

/** The oldest are needed first: when there is no room, newer ones are not kept. */
export function atHand(now: () => number, mostBytes = MOST_BYTES): AtHand {
  const kept = new Map<string, { opened: OpenedBody; at: number }>();
  let held = 0, isOpen = false;
  const keyOf = (workspaceId: WorkspaceId, sealed: Buffer): string => `${workspaceId}${sealed.toString('latin1', 0, SEAL_BYTES)}`;
  const drop = (key: string): OpenedBody | undefined => {
    const one = kept.get(key);
    if (!one) return undefined;
    kept.delete(key);
    held -= one.opened.body.length;
    return one.opened;
  };
  const dropStale = (): void => {
    for (const [key, { at }] of kept) {
      if (now() - at < STALE_MS) return;
      drop(key);
    }
  };
  return {
    keep: (workspaceId, sealed, opened) => {
      if (!isOpen) return;
      if (held + opened.body.length > mostBytes) dropStale();
      if (held + opened.body.length > mostBytes) return;
      kept.set(keyOf(workspaceId, sealed), { opened, at: now() });
      held += opened.body.length;
    },
    take: (workspaceId, mark) => drop(keyOf(workspaceId, mark)),
    open: (isOurs) => {
      isOpen = isOurs;
      if (isOurs) return;
      kept.clear();
      held = 0;
    },
  };
}

/** By what all views of the same stores share: those of the works of a process are other objects than those of its door. */
const everywhere = new WeakMap<Stores['keys'], AtHand>();
export function atHandIn({ keys, clock }: Pick<Stores, 'keys' | 'clock'>): AtHand {
  const known = everywhere.get(keys) ?? atHand(() => clock.now().getTime());
  everywhere.set(keys, known);
  return known;
}
