/** Boxes and choices hold no text: keys that take back or save mean the drawing there. */
const WITHOUT_TEXT = new Set(['checkbox', 'radio', 'button', 'range', 'time', 'date']);

/** Whether keys pressed there write into a field. */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && !WITHOUT_TEXT.has(target.type)));
