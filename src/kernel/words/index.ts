import { access } from './access.ts';
import { benchmarks } from './benchmarks.ts';
import { blocks } from './blocks.ts';
import { channels } from './channels.ts';
import { collect } from './collect.ts';
import { conditions } from './conditions.ts';
import { customers } from './customers.ts';
import { engage } from './engage.ts';
import { events } from './events.ts';
import { experiments } from './experiments.ts';
import { forecasts } from './forecasts.ts';
import { insight } from './insight.ts';
import { importFields } from './importFields.ts';
import { imports } from './imports.ts';
import { layers } from './layers.ts';
import { lifecycle } from './lifecycle.ts';
import { money } from './money.ts';
import { problems } from './problems.ts';
import { providerCodes } from './providerCodes.ts';
import { reach } from './reach.ts';
import { reasons } from './reasons.ts';
import { refusals } from './refusals.ts';
import { sample } from './sample.ts';
import { sampleShop } from './sampleShop.ts';
import { scoring } from './scoring.ts';
import { signals } from './signals.ts';
import { speaker } from './speaker.ts';
import { start } from './start.ts';
import { tasks } from './tasks.ts';
import { templates } from './templates.ts';
import type { Language, Words } from './types.ts';

export { speaker } from './speaker.ts';
export { LANGUAGES, type Language, type Params, type Words } from './types.ts';

/** Every word that server, CLI and web share. Words only the web says live in web/src/words. */
export const sharedWords: Words = { ...refusals, ...access, ...benchmarks, ...blocks, ...channels, ...problems, ...providerCodes, ...collect, ...conditions, ...customers, ...engage, ...events, ...experiments, ...forecasts, ...insight, ...layers, ...lifecycle, ...imports, ...importFields, ...money, ...reach, ...reasons, ...sample, ...sampleShop, ...scoring, ...signals, ...start, ...tasks, ...templates };

export const say = speaker(sharedWords);

/** What an event is called: its word where it has one, else the name it was sent under. */
export const eventWord = (language: Language, event: string): string => (`event.${event}` in sharedWords ? say(language, `event.${event}`) : event);
