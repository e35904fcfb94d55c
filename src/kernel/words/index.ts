import { conditions } from './conditions.ts';
import { insight } from './insight.ts';
import { lifecycle } from './lifecycle.ts';
import { refusals } from './refusals.ts';
import { speaker } from './speaker.ts';
import type { Words } from './types.ts';

export { speaker } from './speaker.ts';
export { LANGUAGES, type Language, type Params, type Words } from './types.ts';

/** Every word that server, CLI and web share. Words only the web says live in web/src/words. */
export const sharedWords: Words = { ...refusals, ...conditions, ...insight, ...lifecycle };

export const say = speaker(sharedWords);
