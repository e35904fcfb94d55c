import { useCallback, useRef, useState } from 'react';
import { api, ApiError } from '../../lib/api.ts';
import type { FilePreview, Given, Mapping, Options, Preview } from './importQueries.ts';
import { sendFile } from './sendFile.ts';

/** One file that was dropped: on its way, looked at, waiting for a password, or refused. An archive holds several. */
export type Dropped = {
  key: string; name: string; bytes: number; upload: string | null; share: number;
  state: 'sending' | 'looking' | 'ready' | 'password' | 'failed'; error: unknown; files: Piece[]; skipped: { entry: string; code: string }[];
};
/** A file to import: what the server makes of it, under the mapping as it was edited. `certain`: how sure the first proposal was, by column. */
export type Piece = { key: string; look: FilePreview; mapping: Mapping; certain: Readonly<Record<string, number>>; wanted: boolean; stale: boolean; error: unknown; /** Status words that were asked about and got an answer. */ answered: readonly string[] };

const EDIT_PAUSE_MS = 500;

/** A file nothing of which was recognised is shown, and taken only when asked to. */
const isUseful = ({ rows, mapping }: FilePreview): boolean => rows > 0 && mapping.columns.some(({ field }) => field !== 'property' && field !== 'ignore');

const pieceOf = (look: FilePreview): Piece => ({ key: `${look.upload}/${look.entry}`, look, mapping: look.mapping, certain: look.confidence, wanted: isUseful(look), stale: false, error: null, answered: [] });

/** What is known of the drop, and how a part of it is changed. */
function useDropState(options: Options) {
  const [drops, setDrops] = useState<Dropped[]>([]);
  const now = useRef({ options, password: '', drops });
  now.current.options = options;
  now.current.drops = drops;
  const patch = useCallback((key: string, change: Partial<Dropped>) => setDrops((all) => all.map((one) => (one.key === key ? { ...one, ...change } : one))), []);
  const patchPiece = useCallback((key: string, change: Partial<Piece>) =>
    setDrops((all) => all.map((drop) => (drop.files.some((piece) => piece.key === key) ? { ...drop, files: drop.files.map((piece) => (piece.key === key ? { ...piece, ...change } : piece)) } : drop))), []);
  return { drops, setDrops, now, patch, patchPiece };
}

type DropState = ReturnType<typeof useDropState>;

/** Asks the server what a file is, at first and after every edit; only the newest answer to a piece counts. */
function useLooks({ now, patch, patchPiece }: Pick<DropState, 'now' | 'patch' | 'patchPiece'>) {
  const asked = useRef(new Map<string, number>());
  const look = useCallback(async (given: Given): Promise<Preview> => {
    const { options: said, password } = now.current;
    return api.post<Preview>('/imports/preview', { uploads: [{ ...given, ...(password ? { password } : {}) }], options: said });
  }, [now]);

  const lookFirst = useCallback(async (key: string, upload: string) => {
    patch(key, { state: 'looking', error: null });
    try {
      const { files, skipped } = await look({ id: upload });
      patch(key, { state: 'ready', files: files.map(pieceOf), skipped });
    } catch (error) {
      const locked = error instanceof ApiError && error.problem.code.startsWith('file.password');
      patch(key, { state: locked ? 'password' : 'failed', error });
    }
  }, [look, patch]);

  /** `anew`: another sheet, encoding or delimiter makes it another table, whose mapping is proposed afresh. */
  const lookAgain = useCallback(async (piece: Piece, anew?: { sheet?: string; reading?: FilePreview['reading'] }) => {
    const turn = (asked.current.get(piece.key) ?? 0) + 1;
    asked.current.set(piece.key, turn);
    const { upload: id, entry, sheet: current } = piece.look;
    const wanted = anew?.sheet ?? current;
    const reading = anew?.reading ?? piece.look.reading;
    try {
      const { files: [seen], skipped: [refused] } = await look({ id, entry, ...(wanted ? { sheet: wanted } : {}), ...reading, ...(anew ? {} : { mapping: piece.mapping }) });
      if (asked.current.get(piece.key) !== turn) return;
      if (!seen) throw new ApiError({ status: 422, code: refused?.code ?? 'file.unreadable', facts: { name: piece.look.name, detail: piece.look.name } });
      patchPiece(piece.key, { look: seen, mapping: seen.mapping, stale: false, error: null, ...(anew ? { certain: seen.confidence } : {}) });
    } catch (error) {
      if (asked.current.get(piece.key) === turn) patchPiece(piece.key, { stale: false, error });
    }
  }, [look, patchPiece]);
  return { lookFirst, lookAgain };
}

/**
 * The files of one drop on their way to an import. Each is sent and looked at by itself, so that one bad file holds up no other;
 * an edit is looked at again after a short pause; a password is asked once and tried on every file that needs one.
 */
export function useDrop(options: Options) {
  const { drops, setDrops, now, patch, patchPiece } = useDropState(options);
  const { lookFirst, lookAgain } = useLooks({ now, patch, patchPiece });
  const timers = useRef(new Map<string, ReturnType<typeof setTimeout>>());

  const add = useCallback((files: readonly File[]) => {
    for (const file of files) {
      const key = crypto.randomUUID();
      setDrops((all) => [...all, { key, name: file.name, bytes: file.size, upload: null, share: 0, state: 'sending', error: null, files: [], skipped: [] }]);
      sendFile(file, (share) => patch(key, { share })).then(
        ({ id }) => { patch(key, { upload: id, share: 1 }); return lookFirst(key, id); },
        (error: unknown) => patch(key, { state: 'failed', error }),
      );
    }
  }, [lookFirst, patch, setDrops]);

  const edit = useCallback((piece: Piece, change: Partial<Mapping>) => {
    const mapping = { ...piece.mapping, ...change };
    patchPiece(piece.key, { mapping, stale: true });
    clearTimeout(timers.current.get(piece.key));
    timers.current.set(piece.key, setTimeout(() => void lookAgain({ ...piece, mapping }), EDIT_PAUSE_MS));
  }, [lookAgain, patchPiece]);

  return {
    drops, add, edit,
    answer: (piece: Piece, word: string, change: Partial<Mapping>) => {
      patchPiece(piece.key, { answered: [...new Set([...piece.answered, word])] });
      edit(piece, change);
    },
    chooseSheet: (piece: Piece, sheet: string) => { patchPiece(piece.key, { stale: true }); void lookAgain(piece, { sheet }); },
    chooseReading: (piece: Piece, { encoding, delimiter }: { [key in keyof FilePreview['reading']]: FilePreview['reading'][key] | undefined }) => {
      patchPiece(piece.key, { stale: true });
      void lookAgain(piece, { reading: { ...(encoding ? { encoding } : {}), ...(delimiter ? { delimiter } : {}) } });
    },
    want: (piece: Piece, wanted: boolean) => patchPiece(piece.key, { wanted }),
    remove: (key: string) => setDrops((all) => all.filter((one) => one.key !== key)),
    clear: () => setDrops([]),
    retry: ({ key, upload }: Dropped) => { if (upload) void lookFirst(key, upload); },
    unlock: (password: string) => {
      now.current.password = password;
      for (const { key, upload, state } of now.current.drops) if (state === 'password' && upload) void lookFirst(key, upload);
    },
    /** Everything is read anew after a word that changes how times and money are read. */
    refresh: () => { for (const { files } of now.current.drops) for (const piece of files) { patchPiece(piece.key, { stale: true }); void lookAgain(piece); } },
    password: () => now.current.password,
  };
}

export type Drop = ReturnType<typeof useDrop>;
export const piecesOf = (drops: readonly Dropped[]): Piece[] => drops.flatMap(({ files }) => files).filter(({ wanted }) => wanted);
