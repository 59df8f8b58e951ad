import type { TaskStatus } from '../../db/enums.ts'
import { ApiError, notFound } from '../../http/errors.ts'
import type { Act } from '../unit-of-work.ts'
import { notificationEvent } from '../notifications/presenter.ts'
import { readyNotifications } from '../notifications/ready-notice.ts'
import { addNotifications, withdrawReady } from '../notifications/repository.ts'
import { mustMatch } from '../../http/etag.ts'
import { taskEvent, taskReadForm } from './presenter.ts'
import type { TaskView } from './presenter.ts'
import { stepTo, takeStep } from './rules.ts'
import type { Step } from './rules.ts'
import type { TaskRead } from './schema.ts'
import { lockTasks, saveProgress } from './repository.ts'

/** One cook takes one step with one task. The row is locked: of two cooks, exactly one is first. */
export async function progressTask(act: Act, id: string, step: Step): Promise<TaskRead> {
  const [view] = await lockTasks(act.tx, act.actor.scope, [id])
  if (!view) throw notFound()
  mustBeWanted(act, view)
  return settle(act, view, step)
}

/** The same by writing a status: the step that leads there, with the same rules. */
export async function patchTask(act: Act, id: string, status?: TaskStatus): Promise<TaskRead> {
  const [view] = await lockTasks(act.tx, act.actor.scope, [id])
  if (!view) throw notFound()
  mustBeWanted(act, view)
  const step = status && stepTo(view.task, status)
  return step ? settle(act, view, step) : taskReadForm(view, act.actor.language)
}

const mustBeWanted = ({ ifMatch, actor }: Act, view: TaskView): void =>
  mustMatch(ifMatch, view.task.version, () => taskReadForm(view, actor.language))

/** The tasks of a bulk command as they are after it, in the order asked for, and why some were left alone. */
export interface BulkResult {
  done: TaskRead[]
  skipped: { id: string; reason: 'not_found' | 'task_taken' | 'illegal_transition' }[]
}

/** One cook takes a step with many tasks at once; what cannot be done is skipped and named, the rest is done. */
export async function progressTasks(act: Act, taskIds: readonly string[], step: Step): Promise<BulkResult> {
  const ids = [...new Set(taskIds.map((id) => id.toLowerCase()))]
  const views = new Map((await lockTasks(act.tx, act.actor.scope, ids)).map((view) => [view.task.id, view]))
  const result: BulkResult = { done: [], skipped: [] }
  const moved: TaskView[] = []
  for (const id of ids) {
    const view = views.get(id)
    const outcome = view ? attempt(act, view, step) : 'not_found'
    if (typeof outcome === 'string') {
      result.skipped.push({ id, reason: outcome })
      continue
    }
    result.done.push(taskReadForm(outcome, act.actor.language))
    if (outcome.task !== view!.task) moved.push(outcome)
  }
  await saveAndAnnounce(act, moved, step)
  return result
}

function attempt(act: Act, view: TaskView, step: Step): TaskView | 'task_taken' | 'illegal_transition' {
  try {
    return stepped(act, view, step)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    if (error.code === 'task_taken' || error.code === 'illegal_transition') return error.code
    throw error
  }
}

async function settle(act: Act, view: TaskView, step: Step): Promise<TaskRead> {
  const after = stepped(act, view, step)
  if (after.task !== view.task) {
    await saveAndAnnounce(act, [after], step)
    if (step === 'recall') await takeBack(act, view, after)
  }
  return taskReadForm(after, act.actor.language)
}

/** Whoever was told that the dish is ready is told that it is not; unread news of it is withdrawn. */
async function takeBack({ tx, emit, actor }: Act, before: TaskView, after: TaskView): Promise<void> {
  const { id, companyId, branchId, finishedAt } = before.task
  emit(branchId, 'kitchen_task_recalled', taskEvent(after, actor.company.language))
  for (const { id: gone, userId, unread } of await withdrawReady(tx, companyId, id, finishedAt!)) {
    const whose = { user_id: userId, company_id: companyId, branch_id: branchId }
    emit(branchId, 'unread_count', { count: unread, withdrawn: gone, ...whose })
  }
}

function stepped({ actor, now }: Act, view: TaskView, step: Step): TaskView {
  const task = takeStep(view, step, actor.userId, now)
  if (task.cookId === view.task.cookId) return { ...view, task }
  return { ...view, task, cookLabel: task.cookId ? actor.label : '' }
}

async function saveAndAnnounce({ tx, emit, actor, now }: Act, views: TaskView[], step: Step): Promise<void> {
  const tasks = views.map((view) => view.task)
  const told = step === 'ready' ? readyNotifications(views, now) : []
  await Promise.all([saveProgress(tx, tasks), addNotifications(tx, told)])
  const type = step === 'ready' ? 'kitchen_task_ready' : 'kitchen_task_updated'
  const { language } = actor.company
  for (const view of views) emit(view.task.branchId, type, taskEvent(view, language))
  for (const row of told) emit(row.branchId, 'notification', notificationEvent(row, language))
}
