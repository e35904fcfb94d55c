import { sharedWords } from '../../../src/kernel/words/index.ts';
import type { Language, Words } from '../../../src/kernel/words/types.ts';
import { accounts } from './accounts.ts';
import { audit } from './audit.ts';
import { benchmarks } from './benchmarks.ts';
import { blocks } from './blocks.ts';
import { canvas } from './canvas.ts';
import { care } from './care.ts';
import { channels } from './channels.ts';
import { customers } from './customers.ts';
import { events } from './events.ts';
import { experiments } from './experiments.ts';
import { fields } from './fields.ts';
import { filter } from './filter.ts';
import { flow } from './flow.ts';
import { forecasts } from './forecasts.ts';
import { home } from './home.ts';
import { identity } from './identity.ts';
import { importing } from './imports.ts';
import { insight } from './insight.ts';
import { journeyPlaybooks } from './journeyPlaybooks.ts';
import { journeyPeople } from './journeyPeople.ts';
import { journeyParts } from './journeyParts.ts';
import { journeys } from './journeys.ts';
import { kit } from './kit.ts';
import { layers } from './layers.ts';
import { lifecycle } from './lifecycle.ts';
import { models } from './models.ts';
import { scoring } from './scoring.ts';
import { segments } from './segments.ts';
import { settings } from './settings.ts';
import { money } from './money.ts';
import { personas } from './personas.ts';
import { privacy } from './privacy.ts';
import { reach } from './reach.ts';
import { reachDecisions } from './reachDecisions.ts';
import { reachRules } from './reachRules.ts';
import { reachChannels } from './reachChannels.ts';
import { rfm } from './rfm.ts';
import { stageRules } from './stageRules.ts';
import { shell } from './shell.ts';
import { sign } from './sign.ts';
import { signals } from './signals.ts';
import { tasks } from './tasks.ts';
import { templates } from './templates.ts';
import { offers } from './offers.ts';
import { touch } from './touch.ts';
import { value } from './value.ts';
import { webhooks } from './webhooks.ts';

/** Words only the web app says: one table per area. */
export const webWords: Words = { ...accounts, ...audit, ...benchmarks, ...blocks, ...canvas, ...channels, ...shell, ...kit, ...sign, ...signals, ...templates, ...customers, ...events, ...experiments, ...fields, ...filter, ...flow, ...forecasts, ...home, ...identity, ...segments, ...importing, ...insight, ...settings, ...layers, ...lifecycle, ...personas, ...privacy, ...reach, ...reachDecisions, ...reachRules, ...reachChannels, ...rfm, ...stageRules, ...models, ...scoring, ...value, ...money, ...care, ...journeys, ...journeyParts, ...journeyPeople, ...journeyPlaybooks, ...webhooks, ...tasks, ...touch, ...offers };

/** Every word the web app says, the catalogue it shares with the server included. */
export const words: Words = { ...webWords, ...sharedWords };

/** One language of a catalogue: key → message. */
export const inLanguage = (all: Words, language: Language): Readonly<Record<string, string>> => Object.fromEntries(Object.entries(all).map(([key, said]) => [key, said[language]]));
