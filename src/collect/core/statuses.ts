/** What an order can be, in the order it goes through; closed stands apart. Only paid and later is a purchase. */
export const STATUSES = ['unpaid', 'paid', 'shipped', 'done', 'closed'] as const;
export type Status = (typeof STATUSES)[number];

const WORDS: Readonly<Record<Status, readonly string[]>> = {
  unpaid: [
    '等待买家付款', '待付款', '等待付款', '未付款', '待支付', '等待支付', '付款确认中', '定金已付', '等待付尾款', '买家已付定金等待付尾款',
    'pending', 'pending payment', 'unpaid', 'authorized', 'on-hold', 'on hold', 'checkout-draft', 'draft', 'partially_paid', 'partially paid', 'incomplete', 'requires_payment_method', 'requires_action', 'requires_confirmation', 'requires_capture', 'uncaptured',
  ],
  paid: [
    '买家已付款等待卖家发货', '等待卖家发货', '待发货', '已付款', '已支付', '买家已付款', '待成团', '待接单', '待确认', '等待发货', '等待出库', '待出库', '正在出库', '配货中', '锁定', '锁定等待出库', '暂停', '卖家部分发货', '部分发货',
    'paid', 'processing', 'wc-processing', 'partially_refunded', 'partially refunded', 'partial refund', 'refunded', 'wc-refunded', 'refund pending', 'awaiting shipment', 'unfulfilled', 'partial',
  ],
  shipped: ['卖家已发货等待买家确认', '卖家已发货', '已发货', '待收货', '等待确认收货', '等待买家确认收货', '已出库', '运输中', '配送中', '待自提', '待核销', 'shipped', 'in transit', 'delivered', 'fulfilled'],
  done: ['交易成功', '交易完成', '已完成', '完成', '已签收', '已收货', '已核销', '已自提', '成功', 'completed', 'wc-completed', 'complete', 'done', 'succeeded', 'success', 'closed (completed)'],
  closed: [
    '交易关闭', '付款后交易关闭', '付款以前卖家或买家主动关闭交易', '已关闭', '关闭', '已取消', '取消', '订单取消', '删除已取消', '已取消退款', '退款关闭', '支付失败', '已退款关闭',
    'closed', 'cancelled', 'canceled', 'wc-cancelled', 'voided', 'expired', 'failed', 'wc-failed', 'trash', 'void', 'uncollectible',
  ],
};

/** Words as compared: width, case, spaces and punctuation do not matter. */
export const statusWord = (word: string): string => word.normalize('NFKC').toLowerCase().replace(/[\s,，.。;；:：()（）\-_]/g, '');

const known = new Map<string, Status>(STATUSES.flatMap((status) => WORDS[status].map((word) => [statusWord(word), status] as const)));

/** A reader of status words: the user's answers first, then what platforms are known to write; `undefined` for a word nobody knows. */
export function makeStatusReader(answers: Readonly<Record<string, Status>>): (word: string) => Status | undefined {
  const answered = new Map(Object.entries(answers).map(([word, status]) => [statusWord(word), status]));
  return (word) => {
    const at = statusWord(word);
    return answered.get(at) ?? known.get(at);
  };
}

const RANK: Readonly<Record<Status, number>> = { unpaid: 0, paid: 1, shipped: 2, done: 3, closed: 4 };

/** The later of two statuses: an order never goes back; closing is final. */
export const laterStatus = (a: Status | '', b: Status | ''): Status | '' => (a === '' ? b : b === '' ? a : RANK[a] >= RANK[b] ? a : b);

/** Whether a refund status says that money went back ('done'), may yet ('pending') or will not ('closed'); '' when it says nothing of a refund. */
export function refundState(word: string): 'pending' | 'done' | 'closed' | '' {
  const text = statusWord(word);
  if (text === '' || /^(?:无|没有|未)(?:申请)?(?:退款|售后)|^无退款申请|^none$|^norefund/.test(text)) return '';
  if (/关闭|取消|拒绝|驳回|撤销|closed|cancel|reject|fail/.test(text)) return 'closed';
  if (/中$|待|申请|处理|协商|等待|pending|request|processing|open|review/.test(text)) return 'pending';
  if (/成功|完成|完结|已退款|全额退款|部分退款|退款$|succe|complete|done|refunded|paid/.test(text)) return 'done';
  return 'pending';
}
