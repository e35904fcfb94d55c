import type { Facts } from '../kernel/errors.ts';
import type { WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import type { Rendered } from './core/message.ts';
import { renderAll as written, type Wanted } from './templates/index.ts';

export type { Wanted } from './templates/index.ts';
export type RenderAll = (stores: Stores, workspaceId: WorkspaceId, wanted: readonly Wanted[]) => Promise<readonly (Rendered | { refused: string; facts?: Facts })[]>;

let renderer: RenderAll = written;

/** Puts another writer of texts in the place of the templates; tests that are about something else do. */
export const registerRenderer = (render: RenderAll): void => void (renderer = render);
export const renderWanted: RenderAll = (stores, workspaceId, wanted) => renderer(stores, workspaceId, wanted);
