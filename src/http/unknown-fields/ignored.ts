/**
 * Names that clients are known to send although they have no effect: neither refused nor warned of. Every other
 * undeclared name is. docs/requests.md shows these lists.
 */

/** Query parameters without effect, and why clients send them. */
export const ignoredParameters: Readonly<Record<string, string>> = {
  _: 'cache busters of jQuery and others',
  _t: 'another cache buster',
  branch: 'screens that put it on every request; it works under `/api/cafe/` alone',
  format: 'clients of Django REST framework; answers are always JSON',
}

/** Fields of a body that the service sets itself: forms send them back as they read them. */
export const serverFields: Readonly<Record<string, string>> = {
  id: 'chosen by the service, where the route does not take it',
  company: 'that of the token',
  branch: 'that of the actor, where the route does not take it',
  created_at: 'the clock of the service',
  updated_at: 'the clock of the service',
  status_display: 'follows from `status`',
}

/**
 * Fields of the lines of an order, where the route does not take them: a dish costs the menu price at the time of the
 * order.
 */
export const ignoredInLines: Readonly<Record<string, string>> = {
  line_kind: 'of a line that is there already',
  order: 'the order it stands in',
  menu_item_price: 'read with the line; sent again when a guest wants the same once more',
  menu_item_title: 'read with the line',
  is_sold_by_weight: 'read with the line; the menu says so',
  sale_unit: 'the same',
  line_total: 'follows from price and quantity',
  refunded_quantity: 'read with the line',
  refundable_quantity: 'the same',
  tasks: 'read with the line',
}

/** Fields of a payment of a debt. */
export const ignoredInPayments: Readonly<Record<string, string>> = {
  cash_received: 'what the guest handed over; the change is counted by the screen',
  note: 'known front ends have a field for it',
}

/** Fields of an employee: permissions of known front ends that a café does not have. */
export const ignoredInPeople: Readonly<Record<string, string>> = {
  track_number: 'known front ends have a field for it',
  can_view_whatsapp: 'no menu of a café',
  can_view_instagram: 'the same',
  can_view_telegram: 'the same',
  can_view_market_label: 'the same',
  can_view_market_scales: 'the same',
}

/** Fields of a registration. */
export const ignoredInRegistrations: Readonly<Record<string, string>> = {
  avatar: 'empty in the form',
  company_region: 'the time zone says where the company is',
}

/** Keyword of a schema: fields of this object that are ignored without a warning. */
export const ignoring = (fields: Readonly<Record<string, string>>) => ({ ignores: Object.keys(fields) })
