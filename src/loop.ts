import type { Loop } from './kernel/facts.ts';

/** The product as a table: when this happened, these react. Read it to know what the platform does by itself. */
export const loop: Loop = {};
