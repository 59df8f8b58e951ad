import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { idParam, idParams } from '../../http/params.ts'
import { errorReplies } from '../../http/schemas.ts'
import { done } from '../../idempotency/run-once.ts'
import { replyInTransaction } from '../unit-of-work.ts'
import type { CafeDeps } from '../deps.ts'
import { Bill, Pay, PayDebt, Refund, RefundedBill, RefundItem } from './schema.ts'
import { payDebt, payOrder, refund, refundItem } from './service.ts'

const path = { params: idParams, tags: ['payments'] }
const pay = {
  access: 'orders.pay',
  raises: ['already_paid', 'discount_above_limit', 'order_not_open', 'order_on_debt', 'version_conflict'],
} as const
const payOff = { access: 'orders.pay', raises: ['already_paid', 'no_debt', 'version_conflict'] } as const
const giveBack = {
  access: 'orders.refund',
  raises: ['nothing_to_refund', 'refund_above_paid', 'version_conflict'],
} as const

/** `/api/cafe/orders/:id/pay/`, `pay-debt/`, `refund/` and `refund-item/`. */
export const paymentsRoutes =
  (deps: CafeDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    const answer = replyInTransaction(deps)
    app.post(
      '/orders/:id/pay/',
      {
        config: pay,
        schema: {
          ...path,
          summary: 'Settle an order: with money, as a debt, or both',
          description:
            'Once per order. A discount that is left out or 0 is the one already agreed; `clear_discount` takes it off. ' +
            '`pay_now` below the amount due, and `debt`, leave a debt of the client, paid by `pay-debt/`; what is paid ' +
            'of a debt right now is its `prepaid_amount`. From then on lines and discount are final.',
          body: Pay,
          response: { ...errorReplies, 200: Bill },
        },
      },
      async (request, response) => {
        const id = idParam(request)
        return answer(request, response, async (uow) => done(await payOrder(uow, id, request.body)))
      },
    )
    app.post(
      '/orders/:id/pay-debt/',
      {
        config: payOff,
        schema: {
          ...path,
          summary: 'Take money for what is owed on an order',
          description: 'Cash unless `payment_method` says otherwise; never more than `balance_due`.',
          body: PayDebt,
          response: { ...errorReplies, 200: Bill },
        },
      },
      async (request, response) => {
        const id = idParam(request)
        return answer(request, response, async (uow) => done(await payDebt(uow, id, request.body)))
      },
    )
    app.post(
      '/orders/:id/refund/',
      {
        config: giveBack,
        schema: {
          ...path,
          summary: 'Give money back',
          description:
            'Never more than was paid and not given back yet. The order stays as it was sold; `refunded_amount` says ' +
            'what went back, the way it was paid (else cash) unless `payment_method` says otherwise.',
          body: Refund,
          response: { ...errorReplies, 200: RefundedBill },
        },
      },
      async (request, response) => {
        const id = idParam(request)
        return answer(request, response, async (uow) => done(await refund(uow, id, request.body)))
      },
    )
    app.post(
      '/orders/:id/refund-item/',
      {
        config: giveBack,
        schema: {
          ...path,
          summary: 'Give the money for a line, or for some of its units, back',
          description:
            'All units not given back yet unless `quantity` says otherwise. Each unit comes to its share after the ' +
            'discount; all units of all lines come to the amount paid, to the minor unit. As many units that are not ' +
            'cooked yet are cancelled in the kitchen, pending ones first; ready ones stay.',
          body: RefundItem,
          response: { ...errorReplies, 200: RefundedBill },
        },
      },
      async (request, response) => {
        const id = idParam(request)
        return answer(request, response, async (uow) => done(await refundItem(uow, id, request.body)))
      },
    )
  }
