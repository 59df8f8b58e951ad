import { and, count, eq, inArray, sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import type { Scope } from '../../accounts/actor.ts'
import { allows } from '../../accounts/permissions.ts'
import type { Tx } from '../../db/database.ts'
import { brokenUnique } from '../../db/pg-errors.ts'
import { categories, kitchens, kitchenTasks, menuItems, orderItems } from '../../db/schema/index.ts'
import { ApiError, fieldError, unknownReference } from '../../http/errors.ts'
import type { Emit } from '../../events/changes.ts'
import { alphabetical, orderingOf, sameText, searchIn } from '../../db/list-query-sql.ts'
import { sliceOf } from '../../http/pagination.ts'
import type { ListQuery } from '../../http/pagination.ts'
import { parseMoney } from '../../money/money.ts'
import type { CafeActor } from '../../accounts/actor.ts'
import { changedColumns } from '../../db/changed-columns.ts'
import { refuseInUse } from '../../http/in-use.ts'
import type { Picture } from '../pictures/image.ts'
import { pictureName } from '../pictures/name.ts'
import type { PictureStorage } from '../pictures/storage/picture-storage.ts'
import type { ResourceRepository } from '../crud.ts'
import { menuItemChanged, menuItemStopChanged, toMenuItem } from './presenter.ts'
import type { Dish } from './presenter.ts'
import { onSale, saleUnitAfter } from './rules.ts'
import type { Stop } from './rules.ts'
import type { MenuItemCreate, MenuItemFilters, MenuItemRead } from './schema.ts'
import { changeStops, stopsOf, stopsSeenBy } from './stop-list-repository.ts'

const orderings = {
  category: categories.position,
  category_title: alphabetical(categories.title),
  position: menuItems.position,
  title: alphabetical(menuItems.title),
  price: menuItems.price,
  is_active: menuItems.isActive,
  created_at: menuItems.createdAt,
  updated_at: menuItems.updatedAt,
}
const asOnTheMenu = 'category,category_title,position,title'

type MenuItemsRepository = ResourceRepository<
  MenuItemRead,
  MenuItemCreate & Pictured,
  Partial<MenuItemCreate> & Pictured,
  ListQuery & MenuItemFilters
>

export const createMenuItemsRepository = (pictures: PictureStorage): MenuItemsRepository => ({
  async list(tx, { scope, baseUrl }, query) {
    const where = and(
      eq(menuItems.companyId, scope.companyId),
      query.category === undefined ? undefined : eq(menuItems.categoryId, query.category),
      query.kitchen === undefined ? undefined : eq(menuItems.kitchenId, query.kitchen),
      query.is_active === undefined ? undefined : eq(menuItems.isActive, query.is_active),
      sameText(menuItems.folded, query.title),
      searchIn(query.search, [menuItems.folded, categories.folded]),
    )
    const { limit, offset } = sliceOf(query)
    const [rows, [total]] = await Promise.all([
      dishes(tx, scope)
        .where(where)
        .orderBy(...orderingOf(query.ordering, orderings, asOnTheMenu, menuItems.id))
        .limit(limit)
        .offset(offset),
      tx.select({ count: count() }).from(menuItems).innerJoin(categories, ofCategory).where(where),
    ])
    return { count: total!.count, rows: rows.map((row) => toMenuItemRead(row, baseUrl)) }
  },

  async find(tx, { scope, baseUrl }, id) {
    const [row] = await dishes(tx, scope).where(menuItem(scope, id))
    return row ? toMenuItemRead(row, baseUrl) : null
  },

  async create(tx, actor, body, emit) {
    const { scope } = actor
    await refuseUnknown(tx, scope, body)
    const { title, category: categoryId, price, ...others } = body
    const [row] = await tx
      .insert(menuItems)
      .values({
        ...columns(others),
        companyId: scope.companyId,
        title: title,
        categoryId,
        price: parseMoney(price),
        saleUnit: saleUnitAfter('pcs', body),
      })
      .returning({ id: menuItems.id })
      .catch(refusedTitle)
    await changePicture(pictures, tx, scope, { id: row!.id, image: null }, body.picture)
    return await announceAndRead(tx, actor, row!.id, body, emit, 'menu_item_created')
  },

  /** Roles that may only stop dishes may send any field, if only the stop-list changes. */
  async update(tx, actor, id, body, emit) {
    const { scope } = actor
    const [row] = await tx.select().from(menuItems).where(menuItem(scope, id)).for('no key update')
    if (!row) return null
    const changed = changedColumns(row, { ...columns(body), saleUnit: saleUnitAfter(row.saleUnit, body) })
    const redrawn = body.picture !== undefined && (body.picture ?? row.image) !== null
    if ((changed || redrawn) && !allows(actor, 'menu.write')) throw new ApiError('permission_denied')
    if (changed) {
      await refuseUnknown(tx, scope, body)
      await tx
        .update(menuItems)
        .set({ ...changed, updatedAt: sql`now()` })
        .where(menuItem(scope, id))
        .catch(refusedTitle)
    }
    if (redrawn) await changePicture(pictures, tx, scope, row, body.picture)
    return await announceAndRead(tx, actor, id, body, emit, changed || redrawn ? 'menu_item_updated' : null)
  },

  async remove(tx, { scope }, id, emit) {
    const [row] = await tx.select().from(menuItems).where(menuItem(scope, id)).for('update')
    if (!row) return false
    const { companyId } = scope
    const [lines, tasks] = await Promise.all([
      tx.$count(orderItems, and(eq(orderItems.companyId, companyId), eq(orderItems.menuItemId, id))),
      tx.$count(kitchenTasks, and(eq(kitchenTasks.companyId, companyId), eq(kitchenTasks.menuItemId, id))),
    ])
    refuseInUse({ order_items: lines, kitchen_tasks: tasks })
    const [dish] = await dishesWithTitles(tx, companyId, [id])
    const stops = await stopsOf(tx, companyId, id)
    if (row.image) await pictures.drop(tx, companyId, row.image)
    await tx.delete(menuItems).where(menuItem(scope, id))
    for (const { branchId, stop } of stops)
      emit(branchId, 'menu_item_deleted', menuItemChanged(dish!, stop, branchId))
    return true
  },
})

interface Pictured {
  /** New picture; null: remove it; undefined: no change. */
  picture: Picture | null | undefined
}

const menuItem = (scope: Scope, id: string): SQL =>
  and(eq(menuItems.companyId, scope.companyId), eq(menuItems.id, id))!

const ofCategory = and(
  eq(categories.companyId, menuItems.companyId),
  eq(categories.id, menuItems.categoryId),
)!
const ofKitchen = and(eq(kitchens.companyId, menuItems.companyId), eq(kitchens.id, menuItems.kitchenId))!

/** Dishes with their titles and the stops the actor sees. */
function dishes(tx: Tx, scope: Scope) {
  const stops = stopsSeenBy(tx, scope)
  return tx
    .select({
      item: menuItems,
      categoryTitle: categories.title,
      kitchenTitle: kitchens.title,
      kitchenNumber: kitchens.number,
      stopped: stops.stopped,
      portionsLeft: stops.portionsLeft,
    })
    .from(menuItems)
    .innerJoin(categories, ofCategory)
    .leftJoin(kitchens, ofKitchen)
    .leftJoin(stops, eq(stops.menuItemId, menuItems.id))
    .$dynamic()
}

/** Dishes with their titles, for events about the stop-list. */
export const dishesWithTitles = (tx: Tx, companyId: string, ids: readonly string[]): Promise<Dish[]> =>
  tx
    .select({
      item: menuItems,
      categoryTitle: categories.title,
      kitchenTitle: kitchens.title,
      kitchenNumber: kitchens.number,
    })
    .from(menuItems)
    .innerJoin(categories, ofCategory)
    .leftJoin(kitchens, ofKitchen)
    .where(and(eq(menuItems.companyId, companyId), inArray(menuItems.id, [...ids])))
    .execute()

type SeenDish = Dish & { stopped: boolean | null; portionsLeft: number | null }

const toMenuItemRead = ({ stopped, portionsLeft, ...dish }: SeenDish, baseUrl: string): MenuItemRead =>
  toMenuItem(dish, stopped === null ? onSale : { stopped, portionsLeft }, baseUrl)

/** Replaces the picture of a dish; the caller holds the lock of the dish. */
async function changePicture(
  pictures: PictureStorage,
  tx: Tx,
  scope: Scope,
  dish: { id: string; image: string | null },
  picture: Picture | null | undefined,
): Promise<void> {
  if (picture === undefined) return
  const { companyId } = scope
  if (dish.image) await pictures.drop(tx, companyId, dish.image)
  const image = picture && pictureName(picture)
  if (picture && image)
    await pictures.keep(tx, { companyId, menuItemId: dish.id, name: image, content: picture.content })
  await tx
    .update(menuItems)
    .set({ image, updatedAt: sql`now()` })
    .where(menuItem(scope, dish.id))
}

/**
 * Applies the body to the stop-list, emits the change of the dish to every branch and that of the stop-list to each
 * branch where it changed, and reads the dish.
 */
async function announceAndRead(
  tx: Tx,
  { scope, baseUrl }: CafeActor,
  id: string,
  body: Partial<MenuItemCreate>,
  emit: Emit,
  changed: 'menu_item_created' | 'menu_item_updated' | null,
): Promise<MenuItemRead> {
  const wanted: Partial<Stop> = { stopped: body.stopped, portionsLeft: body.portions_left }
  const asked = body.stopped !== undefined || body.portions_left !== undefined
  const stopped = asked ? await changeStops(tx, scope, id, wanted) : []
  const [row] = await dishes(tx, scope).where(menuItem(scope, id))
  const everywhere = changed ? await stopsOf(tx, scope.companyId, id) : []
  for (const { branchId, stop } of everywhere) emit(branchId, changed!, menuItemChanged(row!, stop, branchId))
  for (const { branchId, stop } of stopped) {
    const type = stop.stopped ? 'menu_item_stopped' : 'menu_item_resumed'
    emit(branchId, type, menuItemStopChanged(row!, stop, branchId))
  }
  return toMenuItemRead(row!, baseUrl)
}

const columns = (body: Partial<MenuItemCreate>) => ({
  title: body.title,
  categoryId: body.category?.toLowerCase(),
  kitchenId: body.kitchen === undefined ? undefined : (body.kitchen?.toLowerCase() ?? null),
  price: body.price === undefined ? undefined : parseMoney(body.price),
  isActive: body.is_active,
  description: body.description,
  position: body.position,
})

/**
 * Locks the category and the kitchen of a body until commit, so that nobody deletes them.
 * @throws FieldError on `category` or `kitchen` when the company has no such object
 */
async function refuseUnknown(
  tx: Tx,
  { companyId }: Scope,
  { category, kitchen }: Partial<MenuItemCreate>,
): Promise<void> {
  if (category !== undefined) {
    const found = await tx
      .select({ id: categories.id })
      .from(categories)
      .where(and(eq(categories.companyId, companyId), eq(categories.id, category)))
      .for('key share')
    if (found.length === 0) throw unknownReference('category', category)
  }
  if (kitchen !== undefined && kitchen !== null) {
    const found = await tx
      .select({ id: kitchens.id })
      .from(kitchens)
      .where(and(eq(kitchens.companyId, companyId), eq(kitchens.id, kitchen)))
      .for('key share')
    if (found.length === 0) throw unknownReference('kitchen', kitchen)
  }
}

function refusedTitle(error: unknown): never {
  throw brokenUnique(error) === 'menu_items_title_key' ? fieldError('title', 'not_unique') : error
}
