import type { Words } from './types.ts';

const w = (en: string, cn: string, tw: string) => ({ en, 'zh-CN': cn, 'zh-TW': tw });

/** What people do, in the words of pages and filters. An event without words here is shown by its own name. */
export const events = {
  'event.order.paid': w('Paid an order', '付款下单', '付款下單'),
  'event.order.refunded': w('Got a refund', '退款', '退款'),
  'event.product.viewed': w('Looked at a product', '浏览商品', '瀏覽商品'),
  'event.user.signed_up': w('Signed up', '注册', '註冊'),
  'event.signed_up': w('Signed up', '注册', '註冊'),
  'event.activated': w('Began to use it', '开始使用', '開始使用'),
  'event.order.received': w('Received an order', '签收订单', '簽收訂單'),
  'event.order.shipped': w('Order left', '订单发货', '訂單出貨'),
  'event.subscription.renewed': w('Renewed', '续费', '續費'),
  'event.complaint.opened': w('Complaint opened', '提交投诉', '提出客訴'),
  'event.anniversary.reached': w('Anniversary', '到达纪念日', '到達紀念日'),
  'event.cart.added': w('Put into the cart', '加入购物车', '加入購物車'),
  'event.checkout.started': w('Began to check out', '开始结算', '開始結帳'),
  'event.page.viewed': w('Visited a page', '访问页面', '造訪頁面'),
  'event.referral.made': w('Recommended somebody', '推荐他人', '推薦他人'),
  'event.coupon.redeemed': w('Redeemed a coupon', '核销优惠券', '核銷優惠券'),
  'event.coupon.claimed': w('Took a coupon', '领取优惠券', '領取優惠券'),
  'event.message.opened': w('Opened a message', '打开消息', '開啟訊息'),
  'event.wecom.added': w('Became a WeCom friend', '添加企微好友', '加入企業微信好友'),
  'event.member.joined': w('Joined as a member', '加入会员', '加入會員'),
  'event.exit_survey.answered': w('Said why they left', '说明离开原因', '說明離開原因'),
  'event.complaint.made': w('Complained', '投诉', '客訴'),
  'event.complaint.closed': w('Complaint closed', '投诉已办结', '客訴已結案'),
} satisfies Words;
