/** What people answer to be left alone, in the words they were told: those that messages in China ask for, and the ones carriers elsewhere require (CTIA). */
const WORDS = new Set(['r', 't', 'td', 'tdd', 'n', 'stop', 'stopall', 'unsubscribe', 'quit', 'end', 'cancel', 'optout', 'opt-out', 'opt out', 'revoke', '退订', '退訂', '取消', '取消订阅', '取消訂閱', '拒收', '不要再发', '不要再發']);

/** Whether an answer is a wish to hear no more: one such word and nothing else but blanks and marks, in either width and case. */
export const isOptOut = (text: string): boolean => WORDS.has(text.normalize('NFKC').trim().toLowerCase().replace(/^[\s"'“”‘’「」【】[\]().。!！,，、]+|[\s"'“”‘’「」【】[\]().。!！,，、]+$/g, ''));
