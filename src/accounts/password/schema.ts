import { Type } from 'typebox'
import type { Infer } from '../../shapes.ts'
import { NewPassword } from '../employees/schema.ts'

export const PasswordBody = Type.Object({
  old_password: Type.String({ minLength: 1, maxLength: 1024 }),
  new_password: NewPassword(),
})
export type PasswordBody = Infer<typeof PasswordBody>
