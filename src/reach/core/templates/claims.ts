/** A phrase that may not stand in advertising, and longer ones in which it may. */
export type Claim = { phrase: string; except: readonly string[] };

const claim = (phrase: string, ...except: string[]): Claim => ({ phrase, except });

/**
 * What every workspace begins with: absolute terms that article 9 of China's Advertising Law forbids (国家级, 最高级, 最佳 and the like, as
 * market supervision reads it) and that bring trouble in English as well. A workspace edits its own list.
 */
export const CLAIMS: readonly Claim[] = [
  claim('最', '最近', '最后', '最後', '最终', '最終', '最初', '最多', '最少', '最早', '最迟', '最遲', '最晚', '最长', '最長', '最新订单', '最新訂單'),
  claim('第一', '第一次', '第一时间', '第一時間', '第一笔', '第一筆', '第一单', '第一單', '第一步', '第一天', '第一个', '第一個', '第一批', '第一季', '第一期'),
  ...['国家级', '國家級', '世界级', '世界級', '顶级', '頂級', '极品', '極品', '极致', '極致', '独一无二', '獨一無二', '绝无仅有', '絕無僅有', '史无前例', '史無前例', '空前绝后', '空前絕後',
    '万能', '萬能', '零风险', '零風險', '百分之百', '全网最低', '全網最低', '唯一', '首选', '首選', '驰名商标', '馳名商標', '根治', '包治', '无副作用', '無副作用', '永不反弹', '稳赚', '穩賺', '保本'].map((phrase) => claim(phrase)),
  claim('100%', '100% cotton', '100% wool', '100%棉', '100%羊毛', '100%纯棉'),
  ...['number one', 'no. 1', '#1', 'the best', 'world-class', 'world class', 'guaranteed', 'risk-free', 'risk free', 'unbeatable', 'the cheapest', 'lowest price', 'the only', 'miracle', 'never fails', 'cures'].map((phrase) => claim(phrase)),
];

const SPACES = /[\s\u200b-\u200f\u2060\ufeff\u00ad]+/gu;
const HAN = /[\p{sc=Han}]/u;
const WORD = /[\p{L}\p{N}]/u;

/** One form for what reads the same: full-width letters as narrow ones, capitals as small ones, runs of white space as one. */
const plain = (text: string): string => text.normalize('NFKC').toLowerCase().replace(SPACES, ' ').trim();
/** Chinese is written without spaces; one put between two characters hides nothing. */
const closed = (text: string): string => plain(text).replace(/(?<=[\p{sc=Han}\p{N}%]) (?=[\p{sc=Han}\p{N}%])/gu, '');

const isWhole = (text: string, at: number, length: number): boolean => !WORD.test(text[at - 1] ?? '') && !WORD.test(text[at + length] ?? '');

function stands(text: string, { phrase, except }: Claim): boolean {
  const wanted = closed(phrase);
  if (wanted === '') return false;
  const allowed = except.map(closed).filter((one) => one.includes(wanted));
  const needsWhole = !HAN.test(wanted) && WORD.test(wanted[0] ?? '');
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + 1)) {
    if (needsWhole && !isWhole(text, at, wanted.length) && !wanted.endsWith('%')) continue;
    if (!allowed.some((one) => text.startsWith(one, at - one.indexOf(wanted)))) return true;
  }
  return false;
}

/** The forbidden phrases that stand in a text, each once, in the order of the list. */
export function claimsIn(text: string, claims: readonly Claim[]): string[] {
  const looked = closed(text);
  return claims.filter((one) => stands(looked, one)).map(({ phrase }) => phrase);
}
