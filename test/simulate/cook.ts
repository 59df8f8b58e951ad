import type { Step } from './personas.ts'
import { ask } from './shift.ts'
import type { Shift } from './shift.ts'
import type { TaskRead } from './wire.ts'

const tasks = '/api/cafe/kitchen/tasks/'

/** What a cook does, by what the screen in the kitchen shows. */
export const cookSteps: Record<Step<'cook'>, (shift: Shift) => Promise<void>> = {
  async claim(shift) {
    const task_ids = shown(shift, ({ status }) => status === 'pending').slice(0, 6)
    if (task_ids.length > 0)
      await ask(shift, 'POST', `${tasks}claim/`, 'claim several dishes', { body: { task_ids } })
  },

  async claimOne(shift) {
    const [id] = shown(shift, ({ status }) => status === 'pending')
    if (id) await ask(shift, 'POST', `${tasks}${id}/claim/`, 'claim a dish')
  },

  async ready(shift) {
    const task_ids = shown(shift, ({ cook }) => cook === shift.worker.id).slice(0, 6)
    const [id] = task_ids
    if (!id) return
    if (task_ids.length > 1)
      await ask(shift, 'POST', `${tasks}ready/`, 'several dishes ready', { body: { task_ids } })
    else await ask(shift, 'POST', `${tasks}${id}/ready/`, 'dish ready')
  },

  async recall(shift) {
    const ready = await listed(shift, '?status=ready&mine=1&page_size=3')
    if (ready[0]) await ask(shift, 'POST', `${tasks}${ready[0].id}/recall/`, 'recall a dish')
  },

  async acknowledge(shift) {
    const [gone] = await listed(shift, '?unacknowledged=1&status=cancelled&page_size=1')
    if (gone) await ask(shift, 'POST', `${tasks}${gone.id}/acknowledge/`, 'acknowledge a cancelled dish')
  },
}

const shown = (shift: Shift, fits: (task: TaskRead) => boolean): string[] =>
  [...shift.devices[0]!.belief.tasks.values()].filter(fits).map(({ id }) => id)

async function listed(shift: Shift, query: string): Promise<TaskRead[]> {
  const list = await ask<{ results: TaskRead[] }>(shift, 'GET', `${tasks}${query}`, 'list dishes')
  return list?.results ?? []
}
