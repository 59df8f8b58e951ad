import { uuidv7 } from 'uuidv7'
import type { TaskStatus } from '../../db/enums.ts'
import { ApiError, notFound } from '../../http/errors.ts'
import type { UnitOfWork } from '../unit-of-work.ts'
import { notificationEvent } from '../notifications/presenter.ts'
import type { NotificationRow } from '../notifications/presenter.ts'
import { addNotifications, withdrawReady } from '../notifications/repository.ts'
import { requireVersion } from '../../http/etag.ts'
import { taskEvent, toTask } from './presenter.ts'
import type { TaskView } from './presenter.ts'
import { stepTo, takeStep } from './rules.ts'
import type { Step } from './rules.ts'
import type { TaskRead } from './schema.ts'
import { lockTasks, saveProgress } from './repository.ts'

/** One cook takes one step with one task. The row is locked: of two cooks, exactly one is first. */
export async function progressTask(uow: UnitOfWork, id: string, step: Step): Promise<TaskRead> {
  const [view] = await lockTasks(uow.tx, uow.actor.scope, [id])
  if (!view) throw notFound()
  requireTaskVersion(uow, view)
  return settle(uow, view, step)
}

/** Takes the step that leads to a status, with the same rules. */
export async function patchTask(uow: UnitOfWork, id: string, status?: TaskStatus): Promise<TaskRead> {
  const [view] = await lockTasks(uow.tx, uow.actor.scope, [id])
  if (!view) throw notFound()
  requireTaskVersion(uow, view)
  const step = status && stepTo(view.task, status)
  return step ? settle(uow, view, step) : toTask(view, uow.actor.language)
}

const requireTaskVersion = ({ ifMatch, actor }: UnitOfWork, view: TaskView): void =>
  requireVersion(ifMatch, view.task.version, () => toTask(view, actor.language))

/** The tasks after a bulk command, in the requested order, and the skipped ones with a reason. */
export interface BulkResult {
  done: TaskRead[]
  skipped: { id: string; reason: 'not_found' | 'task_taken' | 'illegal_transition' }[]
}

/** One cook takes one step with many tasks. Tasks that cannot take it are skipped and listed. */
export async function progressTasks(
  uow: UnitOfWork,
  taskIds: readonly string[],
  step: Step,
): Promise<BulkResult> {
  const ids = [...new Set(taskIds.map((id) => id.toLowerCase()))]
  const views = new Map((await lockTasks(uow.tx, uow.actor.scope, ids)).map((view) => [view.task.id, view]))
  const result: BulkResult = { done: [], skipped: [] }
  const moved: TaskView[] = []
  for (const id of ids) {
    const view = views.get(id)
    const outcome = view ? attempt(uow, view, step) : 'not_found'
    if (typeof outcome === 'string') {
      result.skipped.push({ id, reason: outcome })
      continue
    }
    result.done.push(toTask(outcome, uow.actor.language))
    if (outcome.task !== view!.task) moved.push(outcome)
  }
  await saveAndAnnounce(uow, moved, step)
  return result
}

function attempt(
  uow: UnitOfWork,
  view: TaskView,
  step: Step,
): TaskView | 'task_taken' | 'illegal_transition' {
  try {
    return stepped(uow, view, step)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    if (error.code === 'task_taken' || error.code === 'illegal_transition') return error.code
    throw error
  }
}

async function settle(uow: UnitOfWork, view: TaskView, step: Step): Promise<TaskRead> {
  const after = stepped(uow, view, step)
  if (after.task !== view.task) {
    await saveAndAnnounce(uow, [after], step)
    if (step === 'recall') await takeBack(uow, view, after)
  }
  return toTask(after, uow.actor.language)
}

/** Emits the recall to order clients and deletes the unread notification of the dish. */
async function takeBack({ tx, emit, actor }: UnitOfWork, before: TaskView, after: TaskView): Promise<void> {
  const { id, companyId, branchId, finishedAt } = before.task
  emit(branchId, 'kitchen_task_recalled', taskEvent(after, actor.company.language))
  for (const { id: gone, userId, unread } of await withdrawReady(tx, companyId, id, finishedAt!)) {
    const whose = { user_id: userId, company_id: companyId, branch_id: branchId }
    emit(branchId, 'unread_count', { count: unread, withdrawn: gone, ...whose })
  }
}

function stepped({ actor, now }: UnitOfWork, view: TaskView, step: Step): TaskView {
  const task = takeStep(view, step, actor.userId, now)
  if (task.cookId === view.task.cookId) return { ...view, task }
  return { ...view, task, cookLabel: task.cookId ? actor.label : '' }
}

async function saveAndAnnounce(
  { tx, emit, actor, now }: UnitOfWork,
  views: TaskView[],
  step: Step,
): Promise<void> {
  const tasks = views.map((view) => view.task)
  const notifications = step === 'ready' ? readyNotifications(views, now) : []
  await Promise.all([saveProgress(tx, tasks), addNotifications(tx, notifications)])
  const type = step === 'ready' ? 'kitchen_task_ready' : 'kitchen_task_updated'
  const { language } = actor.company
  for (const view of views) emit(view.task.branchId, type, taskEvent(view, language))
  for (const row of notifications) emit(row.branchId, 'notification', notificationEvent(row, language))
}

/** Notifications for the waiters of dishes that are now ready: one per dish, none without a waiter. */
const readyNotifications = (views: readonly TaskView[], now: Date): NotificationRow[] =>
  views.flatMap(({ task, order, item, tableNumber }) =>
    order.waiterId === null
      ? []
      : [
          {
            id: uuidv7(),
            companyId: task.companyId,
            branchId: task.branchId,
            userId: order.waiterId,
            type: 'kitchen_task_ready',
            payload: {
              task_id: task.id,
              order_id: task.orderId,
              order_number: order.number,
              table: tableNumber,
              menu_item: item.title,
              unit_index: task.unitIndex,
            },
            isRead: false,
            createdAt: now,
            updatedAt: now,
          },
        ],
  )
