export { firstDayOf, type Promotion, promotionsBetween } from './calendar.ts';
export { benchFile, sampleFiles, type SampleFile, type SampleOptions } from './files.ts';
export { LINES_PER_ORDER, MILLION_HEADER, MILLION_LINES, millionLines, type LinesSize } from './millionLines.ts';
export { planOf, type Plan } from './plan.ts';
export { TABLES, SIMULATED_TAG, type Table } from './tables.ts';
export { openWorld, SAMPLE_CUSTOMERS, SAMPLE_MONTHS, SAMPLE_SEED, SHOPS, ZONE as SAMPLE_ZONE, type World } from './world.ts';
export { recordsOf, SAMPLE_CONTEXT } from './records.ts';
