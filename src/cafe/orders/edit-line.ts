import { FieldError } from '../../http/errors.ts'
import type { UnitOfWork } from '../unit-of-work.ts'
import { addOrderLines } from './edit-order.ts'
import type { NewLine, OrderRead } from './schema.ts'

/**
 * Adds the one line that a body consists of.
 * @throws FieldError on the body's own fields, where a list of lines would have them under `items`
 */
export async function addOneLine(uow: UnitOfWork, orderId: string, line: NewLine): Promise<OrderRead> {
  try {
    return await addOrderLines(uow, orderId, [line])
  } catch (error) {
    const items = error instanceof FieldError ? error.faults.items : undefined
    const [fault] = Array.isArray(items) ? items : []
    throw fault && !('key' in fault) ? new FieldError(fault) : error
  }
}
