import { FieldError } from '../../http/errors.ts'
import type { UnitOfWork } from '../unit-of-work.ts'
import { addOrderLines } from './edit-order.ts'
import type { NewLine, OrderRead } from './schema.ts'

/**
 * Adds one line.
 * @throws FieldError on the fields of the body, not under `items`
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
