import { Type } from 'typebox'
import {
  Instant,
  Line,
  Money,
  MoneyInput,
  Nullable,
  QueryFlag,
  Text,
  Uuid,
  WholeNumber,
} from '../../http/schemas.ts'
import { saleUnits } from '../../db/enums.ts'
import type { Infer } from '../../http/schemas.ts'

export const MenuItemRead = Type.Object({
  id: Uuid(),
  company: Uuid(),
  branch: Type.Null({ description: 'The menu belongs to the whole company.' }),
  title: Type.String(),
  category: Uuid(),
  category_title: Type.String(),
  kitchen: Nullable(Uuid()),
  kitchen_title: Nullable(Type.String()),
  kitchen_number: Nullable(Type.Integer()),
  price: Money({ description: 'For what `sale_unit` says.' }),
  sold_by_weight: Type.Boolean(),
  is_sold_by_weight: Type.Boolean({ description: 'The same as `sold_by_weight`.' }),
  sale_unit: Type.Enum([...saleUnits]),
  is_active: Type.Boolean(),
  stopped: Type.Boolean({
    description: 'On the stop-list of the branch; company-wide: of every branch.',
  }),
  portions_left: Nullable(
    Type.Integer({ description: 'Null: not counted; company-wide: the fewest of any branch.' }),
  ),
  image: Nullable(Type.String({ description: 'Path of its picture, a WebP; to be had without a token.' })),
  image_url: Nullable(
    Type.String({ description: 'The same with scheme and host; in events the path alone.' }),
  ),
  description: Type.String(),
  position: Type.Integer(),
  created_at: Instant(),
  updated_at: Instant(),
})
export type MenuItemRead = Infer<typeof MenuItemRead>

export const MenuItemCreate = Type.Object({
  title: Line(255),
  category: Uuid(),
  price: MoneyInput(),
  kitchen: Type.Optional(Nullable(Uuid())),
  sold_by_weight: Type.Optional(
    Type.Boolean({ description: 'Orders say how much of it, and the price is for a kilogram or a gram.' }),
  ),
  is_sold_by_weight: Type.Optional(Type.Boolean({ description: 'Another name of `sold_by_weight`.' })),
  sale_unit: Type.Optional(
    Type.Enum([...saleUnits], {
      description:
        'What the price of a dish sold by weight is for, `kg` when left out; of any other it says nothing.',
    }),
  ),
  is_active: Type.Optional(Type.Boolean()),
  stopped: Type.Optional(
    Type.Boolean({ description: 'Changes the stop-list of the branch; company-wide: of every branch.' }),
  ),
  portions_left: Type.Optional(Nullable(WholeNumber({ minimum: 0 }))),
  description: Type.Optional(Text()),
  position: Type.Optional(WholeNumber({ description: 'Place in its category; equal ones by title.' })),
  image: Type.Optional(
    Nullable(
      Type.String({
        description:
          'As `multipart/form-data`: a JPEG, PNG or WebP of at most 5 MB. In JSON: null takes the picture away, an address ' +
          'that was read changes nothing.',
      }),
    ),
  ),
})
export type MenuItemCreate = Infer<typeof MenuItemCreate>

export const MenuItemFilters = Type.Object({
  category: Type.Optional(Uuid()),
  kitchen: Type.Optional(Uuid()),
  is_active: Type.Optional(QueryFlag()),
  title: Type.Optional(Type.String()),
})
export type MenuItemFilters = Infer<typeof MenuItemFilters>
