import type { Words } from '../../../src/kernel/words/types.ts';

export const flow = {
  'flow.title': { en: 'Flow between stages', 'zh-CN': '阶段流转', 'zh-TW': '階段流轉' },
  'flow.lead': { en: 'Where the same people stood on two days you choose.', 'zh-CN': '同一批人在您选的两天各处于哪个阶段。', 'zh-TW': '同一批人在您選的兩天各處於哪個階段。' },
  'flow.from': { en: 'From', 'zh-CN': '从', 'zh-TW': '從' },
  'flow.to': { en: 'to', 'zh-CN': '到', 'zh-TW': '到' },
  'flow.finding': {
    en: '{down, number} people moved to a worse stage, {up, number} to a better one; {joined, number} came new',
    'zh-CN': '{down, number} 人走向更差的阶段，{up, number} 人走向更好的阶段；新来 {joined, number} 人',
    'zh-TW': '{down, number} 人走向較差的階段，{up, number} 人走向較好的階段；新來 {joined, number} 人',
  },
  'flow.note': { en: 'Where the same people stood on {from} and on {to}, by the stage rules of today.', 'zh-CN': '同一批人在 {from} 与 {to} 所处的阶段，按现行阶段规则判断。', 'zh-TW': '同一批人在 {from} 與 {to} 所處的階段，依現行階段規則判斷。' },
  'flow.was': { en: 'Was', 'zh-CN': '原来', 'zh-TW': '原來' },
  'flow.is': { en: 'Is', 'zh-CN': '现在', 'zh-TW': '現在' },
  'flow.sum': { en: 'Sum', 'zh-CN': '合计', 'zh-TW': '合計' },
  'flow.matrix': { en: 'Every move, in people', 'zh-CN': '每一种流转的人数', 'zh-TW': '每一種流轉的人數' },
  'flow.matrix.note': { en: 'Rows add up to the first day, columns to the second. Press a number to see its people.', 'zh-CN': '每行合计为第一天的人数，每列合计为第二天的人数。点数字看人。', 'zh-TW': '每列合計為第一天的人數，每欄合計為第二天的人數。點數字看人。' },
} satisfies Words;
