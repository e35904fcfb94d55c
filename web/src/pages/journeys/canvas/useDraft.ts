import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Definition } from '../../../../../src/engage/core/definition.ts';
import { ApiError } from '../../../lib/api.ts';
import { type Journey, journeyQuery } from '../journeyQueries.ts';
import { saveDraft } from './canvasQueries.ts';
import { begin, commit, type History, redo, undo } from './core/history.ts';
import { isSame } from './core/same.ts';

/** So long nobody changes anything before it is saved, in milliseconds. */
const PAUSE_MS = 1_200;

export type SaveState = 'saved' | 'waiting' | 'saving' | 'reason' | 'failed' | 'conflict';
/** The draft under the hand: what it is, how to change it, and whether it is kept. */
export type Drafting = {
  definition: Definition; edit(next: Definition, mark?: string): void; undo(): void; redo(): void; canUndo: boolean; canRedo: boolean;
  reason: string; explain(reason: string): void; needsReason: boolean; state: SaveState; error: unknown; save(): void; takeTheirs(): void; keepMine(): void;
};

type Held = { definition: Definition; revision: number };
type Sent = { definition: Definition; reason: string; revision: number };

/** What the server holds, and which of its answers speak of somebody else's change. `sent`: what is on its way, or was last. */
function useHeld(journey: Journey, history: History<Definition>, adopt: (theirs: Definition) => void) {
  const [held, setHeld] = useState<Held>({ definition: journey.draft, revision: journey.revision });
  const [theirs, setTheirs] = useState<Held | null>(null);
  const sent = useRef<Definition | null>(null);
  useEffect(() => {
    if (journey.revision <= held.revision) return;
    const now: Held = { definition: journey.draft, revision: journey.revision };
    const isOurs = [held.definition, sent.current, history.now].find((one) => one !== null && isSame(one, journey.draft));
    if (isOurs) return setHeld({ ...now, definition: isOurs });
    if (!isSame(held.definition, history.now)) return setTheirs(now);
    adopt(journey.draft);
    setHeld(now);
  }, [journey, held, history.now, adopt]);
  return { held, setHeld, theirs, setTheirs, sent };
}

/** Keeps a draft as it is drawn: saved by itself after a pause, and at once when asked. */
export function useDraft(journey: Journey, readOnly: boolean): Drafting {
  const client = useQueryClient();
  const [history, setHistory] = useState<History<Definition>>(() => begin(journey.draft));
  const [reason, explain] = useState('');
  const adopt = useCallback((theirs: Definition) => setHistory((before) => commit(before, theirs)), []);
  const { held, setHeld, theirs, setTheirs, sent } = useHeld(journey, history, adopt);
  const isChanged = !readOnly && !isSame(history.now, held.definition);
  const needsReason = history.now.holdOut !== held.definition.holdOut && reason.trim() === '';
  const { mutate, isPending, error, reset } = useMutation({
    mutationFn: ({ definition, reason: why, revision }: Sent) => {
      sent.current = definition;
      return saveDraft(journey.id, { revision, definition, ...(why === '' ? {} : { holdOutReason: why }) });
    },
    onSuccess: (reply, { definition }) => {
      setHeld({ definition, revision: reply.revision });
      setTheirs(null);
      explain('');
      client.setQueryData(journeyQuery(journey.id).queryKey, reply);
      void client.invalidateQueries({ queryKey: ['journeys', 'list'] });
    },
    onError: (refused) => { if (refused instanceof ApiError && refused.problem.code === 'journey.changed') void client.invalidateQueries({ queryKey: journeyQuery(journey.id).queryKey }); },
  });
  // What was refused was refused for another revision: as soon as it is known what there is now, it is tried again.
  useEffect(() => reset(), [held.revision, reset]);
  const canSend = isChanged && !needsReason && !isPending && theirs === null;
  const body: Sent = { definition: history.now, revision: held.revision, reason: history.now.holdOut === held.definition.holdOut ? '' : reason.trim() };
  const latest = useRef({ canSend, body, isChanged });
  latest.current = { canSend, body, isChanged };
  const save = useCallback(() => { if (latest.current.canSend) mutate(latest.current.body); }, [mutate]);
  useEffect(() => {
    if (!canSend || error) return undefined;
    const timer = setTimeout(save, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [canSend, error, save, history.now, reason]);
  // Whoever leaves takes nothing unsaved along: another tab of the page saves at once, another page of the web asks first.
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent): void => { if (latest.current.isChanged) event.preventDefault(); };
    window.addEventListener('beforeunload', ask);
    return () => { window.removeEventListener('beforeunload', ask); save(); };
  }, [save]);
  const change = useCallback((next: (before: History<Definition>) => History<Definition>) => { reset(); setHistory(next); }, [reset]);
  const state: SaveState = theirs ? 'conflict' : isPending ? 'saving' : !isChanged ? 'saved' : needsReason ? 'reason' : error ? 'failed' : 'waiting';
  return {
    definition: history.now, edit: useCallback((next, mark) => change((before) => commit(before, next, mark)), [change]), undo: useCallback(() => change(undo), [change]), redo: useCallback(() => change(redo), [change]),
    canUndo: history.past.length > 0, canRedo: history.future.length > 0, reason, explain, needsReason, state, error, save,
    takeTheirs: () => { if (theirs) { change((before) => commit(before, theirs.definition)); setHeld(theirs); setTheirs(null); } },
    keepMine: () => { if (theirs) { setHeld(theirs); setTheirs(null); mutate({ ...body, revision: theirs.revision }); } },
  };
}
