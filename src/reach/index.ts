/** The door of reach: whether somebody may be spoken to, how, and what became of it. */
export { CHANNELS, type ChannelName, PURPOSES, type Purpose, type Source } from './core/message.ts';
export { type Intent, propose, withdraw } from './propose.ts';
export { type LastLook, registerLastLook } from './looks.ts';
export { renderAll, templateRoutes, type Wanted } from './templates/index.ts';
