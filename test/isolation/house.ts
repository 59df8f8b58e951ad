import { uuidv7 } from 'uuidv7'
import type { OrderRead } from '../../src/cafe/orders/schema.ts'
import type { Caller } from '../support/app.ts'
import type { List } from '../cafe/people.ts'

/** What the ids of paths, bodies and filters are ids of. */
export type Kind =
  | 'booking'
  | 'branch'
  | 'cancelledTask'
  | 'category'
  | 'client'
  | 'customRole'
  | 'debtOrder'
  | 'employee'
  | 'kitchen'
  | 'line'
  | 'menuItem'
  | 'notification'
  | 'order'
  | 'orderLine'
  | 'paidOrder'
  | 'readyTask'
  | 'session'
  | 'table'
  | 'task'
  | 'zone'

/** Kinds whose objects belong to a branch: staff of another one do not have them. */
export const kindsOfBranch: readonly Kind[] = [
  'booking',
  'cancelledTask',
  'debtOrder',
  'line',
  'notification',
  'order',
  'orderLine',
  'paidOrder',
  'readyTask',
  'table',
  'task',
  'zone',
]

/** One branch of a company, and a person who may do everything there. */
export interface House {
  /** The owner, in this branch. */
  readonly owner: Caller
  readonly branch: string
  /**
   * A new object of its own. Gives the ids that lead to it, in the order a path names them: one, or for `orderLine` the
   * order's and the line's.
   */
  make(kind: Kind): Promise<string[]>
  /** A dish to order, always the same one. */
  dish(): Promise<string>
  /** The last of the ids of a new object. */
  id(kind: Kind): Promise<string>
}

interface Made {
  id: string
}

let made = 0

/** @param owner somebody company-wide, who signs in with this password */
export function houseOf(owner: Caller, branch: string, password: string): House {
  const here = `?branch=${branch}`
  const create = async <T extends Made = Made>(path: string, body: object): Promise<T> => {
    const reply = await owner.post<T>(`${path}${here}`, body)
    if (reply.status !== 201) throw new Error(`${path}: ${reply.status} ${JSON.stringify(reply.body)}`)
    return reply.body
  }
  const id = async (kind: Kind): Promise<string> => (await make(kind)).at(-1)!
  let firstDish: Promise<string> | undefined
  const dish = () => (firstDish ??= id('menuItem'))
  const order = async (body: object = {}) =>
    create<OrderRead>('/api/cafe/orders/', { items: [{ menu_item: await dish(), quantity: 2 }], ...body })
  const firstTask = async (orderId: string): Promise<string> => {
    const tasks = await owner.get<List<Made>>(`/api/cafe/kitchen/tasks/?order=${orderId}`)
    return tasks.body.results[0]!.id
  }
  const ready = async (taskId: string): Promise<string[]> => {
    await owner.post(`/api/cafe/kitchen/tasks/${taskId}/ready/`)
    return [taskId]
  }
  const paid = async (body: object): Promise<string[]> => {
    const [orderId] = await make('order')
    const { status } = await owner.post(`/api/cafe/orders/${orderId}/pay/`, body)
    if (status !== 200) throw new Error(`payment: ${status}`)
    return [orderId!]
  }
  const title = () => `№ ${++made}`

  const makers: Record<Kind, () => Promise<string[]>> = {
    booking: async () => {
      const body = { guest: title(), date: '2199-01-01', time: '18:00', table: await id('table') }
      return [(await create('/api/cafe/bookings/', body)).id]
    },
    branch: async () => [(await create('/api/users/branches/', { name: title() })).id],
    category: async () => [(await create('/api/cafe/categories/', { title: title() })).id],
    client: async () => [(await create('/api/cafe/clients/', { name: title() })).id],
    customRole: async () => [(await create('/api/users/roles/custom/', { name: title() })).id],
    employee: async () => [
      (
        await create('/api/users/employees/', {
          email: `${uuidv7()}@cafe.test`,
          password: 'correct horse',
          role: 'waiter',
          branch_ids: [branch],
        })
      ).id,
    ],
    kitchen: async () => [
      (await create('/api/cafe/kitchens/', { title: title(), number: ++made + 1000 })).id,
    ],
    menuItem: async () => [
      (
        await create('/api/cafe/menu-items/', {
          title: title(),
          category: await id('category'),
          price: '10.00',
        })
      ).id,
    ],
    notification: async () => {
      const profile = await owner.get<Made>('/api/users/profile/')
      const { id: orderId } = await order({ waiter: profile.body.id })
      await ready(await firstTask(orderId))
      const list = await owner.get<List<Made>>(`/api/cafe/notifications/${here}`)
      return [list.body.results[0]!.id]
    },
    order: async () => [(await order()).id],
    orderLine: async () => {
      const { id: orderId, items } = await order()
      return [orderId, items[0]!.id]
    },
    line: async () => [(await order()).items[0]!.id],
    debtOrder: async () => paid({ payment_method: 'debt', client_id: await id('client') }),
    paidOrder: () => paid({ payment_method: 'cash' }),
    cancelledTask: async () => {
      const orderId = await id('order')
      const taskId = await firstTask(orderId)
      await owner.patch(`/api/cafe/orders/${orderId}/`, { status: 'cancelled' })
      return [taskId]
    },
    readyTask: async () => ready(await id('task')),
    session: async () => {
      const { body: profile } = await owner.get<{ email: string }>('/api/users/profile/')
      await owner.post('/api/users/login/', { email: profile.email, password })
      const { body: logins } = await owner.get<List<Made & { current: boolean }>>('/api/users/sessions/')
      return [logins.results.find(({ current }) => !current)!.id]
    },
    table: async () => [(await create('/api/cafe/tables/', { number: ++made + 1000 })).id],
    task: async () => [await firstTask(await id('order'))],
    zone: async () => [(await create('/api/cafe/zones/', { title: title() })).id],
  }
  const make = (kind: Kind): Promise<string[]> => makers[kind]()
  return { owner: inBranch(owner, here), branch, dish, make, id }
}

/** The same person, asking about one branch. */
function inBranch(caller: Caller, query: string): Caller {
  const at = (path: string) => `${path}${path.includes('?') ? query.replace('?', '&') : query}`
  return {
    get: (path, options) => caller.get(at(path), options),
    post: (path, body, options) => caller.post(at(path), body, options),
    put: (path, body, options) => caller.put(at(path), body, options),
    patch: (path, body, options) => caller.patch(at(path), body, options),
    delete: (path, options) => caller.delete(at(path), options),
  }
}
