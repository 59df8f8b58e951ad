import type { RowDefaults } from '../../../src/cafe/orders/rules.ts'
import type { Dish } from '../../../src/cafe/orders/requested-lines.ts'
import type { OrderState } from '../../../src/cafe/orders/order-state.ts'

/** Orders in memory, for the rules alone. */

export const dishes = new Map<string, Dish>(
  ['soup', 'tea', 'cake'].map((id, index) => [
    id,
    {
      id,
      title: id,
      price: [19_999, 1, 33_333][index]!,
      saleUnit: 'pcs',
      kitchenId: null,
      isActive: true,
      stopped: false,
      portionsLeft: null,
    },
  ]),
)

export function steadyMaking(): RowDefaults {
  let made = 0
  return { now: new Date(0), newId: () => `id-${++made}` }
}

export function emptyOrder(now: Date, id = 'order'): OrderState {
  return {
    order: {
      id,
      companyId: 'company',
      branchId: null,
      number: 1,
      businessDay: '2024-01-01',
      tableId: null,
      clientId: null,
      waiterId: null,
      guests: 1,
      status: 'open',
      isPaid: false,
      paidAt: null,
      paymentMethod: '',
      totalAmount: 0,
      discountAmount: 0,
      discountReason: '',
      paidAmount: 0,
      refundedAmount: 0,
      note: '',
      closedAt: null,
      canceledAt: null,
      canceledBy: null,
      takenWith: null,
      version: 1,
      createdAt: now,
      updatedAt: now,
    },
    items: [],
    tasks: [],
  }
}
