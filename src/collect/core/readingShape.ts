import { z } from 'zod';
import { DELIMITERS, ENCODING_NAMES, type Reading } from './reading.ts';

/** A chosen reading as it comes in. It stands apart because pages use the lists, and a checker of shapes has no business in a browser. */
export const readingFields = { encoding: z.enum(ENCODING_NAMES).optional(), delimiter: z.enum(DELIMITERS).optional() };
export const readingShape = z.object(readingFields) satisfies z.ZodType<Reading>;
