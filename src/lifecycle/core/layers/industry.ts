/** Sections of GB/T 4754-2017, the Chinese standard of industries. */
export const INDUSTRIES = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q', 'R', 'S', 'T'] as const;
export type Industry = (typeof INDUSTRIES)[number];

/** The section each two-digit division of the standard belongs to: the last division of every section, in order. */
const LAST_DIVISION: readonly (readonly [Industry, number])[] = [
  ['A', 5], ['B', 12], ['C', 43], ['D', 46], ['E', 50], ['F', 52], ['G', 60], ['H', 62], ['I', 65], ['J', 69], ['K', 70], ['L', 72], ['M', 75], ['N', 79], ['O', 82], ['P', 83], ['Q', 85], ['R', 90], ['S', 96], ['T', 97],
];

/** Words people write for an industry; the first section with a word that occurs is taken. */
const WORDS: readonly (readonly [Industry, readonly string[]])[] = [
  ['H', ['餐饮', '餐飲', '酒店', '住宿', '饭店', '民宿', '茶馆', '咖啡', 'restaurant', 'hotel', 'catering', 'hospitality', 'café', 'cafe']],
  ['P', ['教育', '学校', '學校', '培训', '培訓', '大学', '幼儿园', 'education', 'school', 'university', 'training']],
  ['Q', ['医', '醫', '卫生', '衛生', '养老', '護理', 'health', 'medical', 'hospital', 'clinic', 'pharma']],
  ['J', ['金融', '银行', '銀行', '保险', '保險', '证券', '證券', '投资', 'bank', 'insurance', 'finance', 'financial']],
  ['K', ['房地产', '房地產', '物业', '物業', '地产', 'real estate', 'property']],
  ['I', ['软件', '軟體', '互联网', '網際網路', '信息', '資訊', '通信', '游戏', 'software', 'internet', 'information', 'telecom', 'saas']],
  ['G', ['物流', '快递', '快遞', '运输', '運輸', '仓储', '倉儲', '邮政', 'logistics', 'transport', 'delivery', 'warehouse']],
  ['E', ['建筑', '建築', '装修', '裝修', '工程', 'construction', 'building']],
  ['D', ['电力', '電力', '燃气', '供水', '热力', 'electricity', 'utilities', 'energy']],
  ['B', ['采矿', '採礦', '煤', '矿业', 'mining']],
  ['F', ['零售', '批发', '批發', '电商', '電商', '商贸', '贸易', '貿易', '超市', '商店', 'retail', 'wholesale', 'e-commerce', 'trade', 'shop']],
  ['N', ['水利', '环保', '環保', '环境', '公共设施', 'water management', 'environment']],
  ['M', ['科研', '研究', '技术服务', '技術服務', '设计', '檢測', 'research', 'engineering services', 'laboratory']],
  ['R', ['文化', '体育', '體育', '娱乐', '娛樂', '传媒', '影视', '出版', 'media', 'sports', 'culture', 'entertainment']],
  ['L', ['租赁', '租賃', '商务服务', '商務服務', '咨询', '諮詢', '广告', '廣告', '旅行社', '律师', 'consulting', 'leasing', 'advertising', 'legal', 'business services']],
  ['S', ['政府', '机关', '機關', '公共管理', '协会', '協會', '社会组织', '事业单位', 'government', 'public administration', 'association', 'ngo']],
  ['T', ['国际组织', '國際組織', 'international organisation', 'international organization']],
  ['O', ['居民服务', '居民服務', '修理', '美容', '美发', '洗衣', '家政', 'repair', 'salon', 'household services']],
  ['A', ['农', '農', '林业', '畜牧', '渔', '漁', '种植', '茶园', 'agricultur', 'farm', 'forestry', 'fishing']],
  ['C', ['制造', '製造', '工厂', '工廠', '生产', '加工', '茶业', '茶葉', '茶叶', '食品', 'manufactur', 'factory', 'food']],
];

/** The section of an industry as somebody wrote it: by its code ("C", "C15", "15", "1530"), else by its words; undefined where neither says. */
export function industryOf(written: string): Industry | undefined {
  const text = written.normalize('NFKC').trim().toLowerCase();
  const code = /^([a-t])(?:\d{2,4})?$/.exec(text)?.[1]?.toUpperCase();
  if (code) return code as Industry;
  const division = /^(\d{2})\d{0,2}$/.exec(text)?.[1];
  if (division) return LAST_DIVISION.find(([, last]) => Number(division) > 0 && Number(division) <= last)?.[0];
  return WORDS.find(([, words]) => words.some((word) => text.includes(word)))?.[0];
}
