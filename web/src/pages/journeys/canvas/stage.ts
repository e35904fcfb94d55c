import type { ReactNode } from 'react';
import type { NodeKind } from '../../../../../src/engage/core/definition.ts';
import type { Standing } from './Cards.tsx';
import type { Line, Mark } from './core/drawn.ts';
import type { Found } from './core/faults.ts';
import type { Way } from './core/ways.ts';

/** What is shown of the drawing just now, and what may be done with it: the same for the canvas and the list. `passed`: how many went a way, by node and port. */
export type Stage = {
  canEdit: boolean; open: string | null; focus: string; adding: Way | null; standing: Standing; passed: ReadonlyMap<string, number>;
  faultsOf(mark: Mark): readonly Found[]; isDim(mark: Mark): boolean; isDimLine(line: Line): boolean; isLit(line: Line): boolean; noteOf(mark: Mark): ReactNode; nameOf(mark: string): string;
  onOpen(mark: string): void; onAdding(way: Way | null): void; onInsert(way: Way, kind: NodeKind): void; onLead(way: Way, mark: string): void; onClose(): void;
};

export const passedKey = ({ from, port }: Way): string => `${from} ${port}`;
