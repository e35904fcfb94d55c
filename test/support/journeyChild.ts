import { advanceDue } from '../../src/engage/index.ts';
import { onErrand } from './errand.ts';

/** Steps whoever is due, and tells how many steps that were. */
await onErrand(advanceDue);
