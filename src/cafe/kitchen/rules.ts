import type { TaskStatus } from '../../db/enums.ts'
import { ApiError } from '../../http/errors.ts'
import type { TaskView } from './presenter.ts'

/** Decisions about kitchen tasks: who may take which step, and what changes. No I/O. */

/** A step a cook takes with a task. */
export type Step = 'claim' | 'ready' | 'recall' | 'release' | 'acknowledge'

type Task = TaskView['task']

/** The step to a status; null when the task has it. */
export function stepTo(task: Task, status: TaskStatus): Step | null {
  if (task.status === status) return null
  const steps: Partial<Record<TaskStatus, Step>> = { ready: 'ready', pending: 'release' }
  const step = status === 'in_progress' ? (task.status === 'ready' ? 'recall' : 'claim') : steps[status]
  if (!step) throw illegal(task, status)
  return step
}

/**
 * The task after a step. Repeating a step returns the same object, so a retry is safe and emits no event.
 * @throws ApiError `task_taken` (with the cook) when another cook was first, `illegal_transition` for an impossible
 *   step
 */
export function takeStep(view: TaskView, step: Step, cookId: string, now: Date): Task {
  const { task } = view
  switch (step) {
    case 'claim':
      if (task.status === 'in_progress' && task.cookId === cookId) return task
      if (task.status !== 'pending') throw taken(view)
      return moved(task, { status: 'in_progress', cookId, startedAt: now }, now)
    case 'ready':
      if (task.status === 'ready') return task
      if (task.status === 'cancelled') throw illegal(task, 'ready')
      return moved(
        task,
        { status: 'ready', cookId: task.cookId ?? cookId, startedAt: task.startedAt ?? now, finishedAt: now },
        now,
      )
    case 'recall':
      if (task.status === 'in_progress') return task
      if (task.status !== 'ready' || view.order.status === 'cancelled') throw illegal(task, 'in_progress')
      return moved(task, { status: 'in_progress', finishedAt: null }, now)
    case 'release':
      if (task.status === 'pending') return task
      if (task.status !== 'in_progress') throw illegal(task, 'pending')
      return moved(task, { status: 'pending', cookId: null, startedAt: null }, now)
    case 'acknowledge':
      if (task.status !== 'cancelled') throw illegal(task, 'acknowledged')
      return task.acknowledgedAt ? task : moved(task, { acknowledgedAt: now }, now)
  }
}

const moved = (task: Task, change: Partial<Task>, now: Date): Task => ({
  ...task,
  ...change,
  version: task.version + 1,
  updatedAt: now,
})

const illegal = (task: Task, to: TaskStatus | 'acknowledged'): ApiError =>
  new ApiError('illegal_transition', { params: { from: task.status, to }, extra: { status: task.status } })

const taken = ({ task, cookLabel }: TaskView): ApiError =>
  new ApiError('task_taken', {
    extra: { status: task.status, cook: task.cookId, cook_label: cookLabel },
  })
