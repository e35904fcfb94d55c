/** Surnames of two characters; all others have one. */
const COMPOUND = new Set(['欧阳', '歐陽', '司马', '司馬', '上官', '诸葛', '諸葛', '夏侯', '皇甫', '尉迟', '尉遲', '公孙', '公孫', '慕容', '司徒', '令狐', '宇文', '长孙', '長孫', '东方', '東方', '端木', '轩辕', '軒轅', '南宫', '南宮', '司空']);
const HAN_NAME = /^\p{sc=Han}{2,4}$/u;
const TITLE = /(?:女士|先生|小姐|老师|老師|太太|同学|同學|总|總)$/u;
const SHORT = 2;

/**
 * What somebody is called among friends: the given name of a Chinese one of three or four characters, all of a shorter one (a single
 * character is no form of address) and of one with a title, the first word of any other. Undefined where a name is masked or none.
 */
export function firstNameOf(name: string): string | undefined {
  const trimmed = name.trim();
  if (trimmed === '' || /[*＊]/.test(trimmed)) return undefined;
  if (!HAN_NAME.test(trimmed)) return trimmed.split(/\s+/)[0];
  if (trimmed.length === SHORT || TITLE.test(trimmed)) return trimmed;
  const given = trimmed.slice(COMPOUND.has(trimmed.slice(0, 2)) ? 2 : 1);
  return given.length > 1 ? given : trimmed;
}
