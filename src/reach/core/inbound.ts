/**
 * What people answer to be left alone, in the words they were told: those that messages in China ask for, and the ones carriers elsewhere require
 * (CTIA's Messaging Principles, and 47 CFR 64.1200(a)(10) of 2025: stop, quit, end, revoke, opt out, cancel, unsubscribe).
 */
const WORDS = new Set(['r', 't', 'td', 'tdd', 'n', 'stop', 'stopall', 'stop all', 'unsubscribe', 'quit', 'end', 'cancel', 'optout', 'opt-out', 'opt out', 'revoke', '退订', '退訂', '取消', '取消订阅', '取消訂閱', '拒收', '不要再发', '不要再發']);
/** Blanks, marks, signs, emoji and what cannot be seen, at either end. */
const EDGES = /^[\p{P}\p{S}\p{Z}\p{C}\p{M}]+|[\p{P}\p{S}\p{Z}\p{C}\p{M}]+$/gu;

/** Whether an answer is a wish to hear no more: one such word and nothing else but blanks and marks, in either width and case. A word inside a sentence is none. */
export const isOptOut = (text: string): boolean => WORDS.has(text.normalize('NFKC').toLowerCase().replace(EDGES, '').replace(/\s+/g, ' '));
