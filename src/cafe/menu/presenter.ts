import type { menuItems } from '../../db/schema/index.ts'
import { formatMoney } from '../../money/money.ts'
import type { EventData } from '../events.ts'
import { isWeighed } from '../quantities.ts'
import { picturePath } from '../pictures/name.ts'
import type { Stop } from './rules.ts'
import type { MenuItemRead } from './schema.ts'

/** A dish with the titles of its category and kitchen. */
export interface Dish {
  item: typeof menuItems.$inferSelect
  categoryTitle: string
  kitchenTitle: string | null
  kitchenNumber: number | null
}

/**
 * A dish as clients read it.
 * @param baseUrl base URL of the service for the client; empty in events, whose readers use different ones
 */
export const toMenuItem = ({ item, ...titles }: Dish, stop: Stop, baseUrl = ''): MenuItemRead => ({
  id: item.id,
  company: item.companyId,
  branch: null,
  title: item.title,
  category: item.categoryId,
  category_title: titles.categoryTitle,
  kitchen: item.kitchenId,
  kitchen_title: titles.kitchenTitle,
  kitchen_number: titles.kitchenNumber,
  price: formatMoney(item.price),
  sold_by_weight: isWeighed(item),
  is_sold_by_weight: isWeighed(item),
  sale_unit: item.saleUnit,
  is_active: item.isActive,
  stopped: stop.stopped,
  portions_left: stop.portionsLeft,
  image: item.image && picturePath(item.companyId, item.image),
  image_url: item.image && baseUrl + picturePath(item.companyId, item.image),
  description: item.description,
  position: item.position,
  created_at: item.createdAt.toISOString(),
  updated_at: item.updatedAt.toISOString(),
})

/** Data of `menu_item_created`, `menu_item_updated` and `menu_item_deleted` in one branch. */
export const menuItemChanged = (
  dish: Dish,
  stop: Stop,
  branchId: string | null,
): EventData['menu_item_updated'] => ({
  menu_item: toMenuItem(dish, stop),
  company_id: dish.item.companyId,
  branch_id: branchId,
})

/** Data of `menu_item_stopped` and `menu_item_resumed` in one branch. */
export const menuItemStopChanged = (
  dish: Dish,
  stop: Stop,
  branchId: string | null,
): EventData['menu_item_stopped'] => ({
  menu_item: toMenuItem(dish, stop),
  menu_item_id: dish.item.id,
  stopped: stop.stopped,
  portions_left: stop.portionsLeft,
  company_id: dish.item.companyId,
  branch_id: branchId,
})
