/** GSM 03.38: the basic set, and what costs two places. */
const GSM = new Set('@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà');
const GSM_TWICE = new Set('^{}\\[~]|€');

/** How a provider counts: mainland ones count every character alike, whatever it is. */
export type SmsCounting = 'mainland' | 'international';
export type SmsLength = { encoding: 'gsm7' | 'ucs2'; units: number; segments: number; perSegment: number };

const LIMITS = { gsm7: { one: 160, each: 153 }, ucs2: { one: 70, each: 67 } } as const;

const segmentsOf = (units: number, { one, each }: { one: number; each: number }): { segments: number; perSegment: number } =>
  (units <= one ? { segments: units === 0 ? 0 : 1, perSegment: one } : { segments: Math.ceil(units / each), perSegment: each });

/** Parts of GSM-7 never cut an escaped character in two, so that each of them may leave a place empty. */
function gsmUnits(text: string): number | undefined {
  let units = 0;
  for (const letter of text) {
    const cost = GSM.has(letter) ? 1 : GSM_TWICE.has(letter) ? 2 : undefined;
    if (cost === undefined) return undefined;
    const room = LIMITS.gsm7.each - (units % LIMITS.gsm7.each);
    units += cost > room ? cost + 1 : cost;
  }
  return units;
}

const plainGsmUnits = (text: string): number => [...text].reduce((sum, letter) => sum + (GSM_TWICE.has(letter) ? 2 : 1), 0);

/**
 * Length of a message as it is charged, `text` with its signature and ending. Mainland providers: 70 characters in one, 67 a part beyond,
 * each UTF-16 unit one character (Aliyun 108088). Elsewhere GSM 03.38 (160, 153) where every character is in it, else UCS-2 (70, 67).
 */
export function smsLength(text: string, counting: SmsCounting): SmsLength {
  const gsm = counting === 'international' ? gsmUnits(text) : undefined;
  if (gsm === undefined) return { encoding: 'ucs2', units: text.length, ...segmentsOf(text.length, LIMITS.ucs2) };
  const whole = plainGsmUnits(text);
  return { encoding: 'gsm7', units: whole, ...segmentsOf(whole <= LIMITS.gsm7.one ? whole : gsm, LIMITS.gsm7) };
}
