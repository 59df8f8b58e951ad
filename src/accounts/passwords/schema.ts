import { Type } from 'typebox'
import type { Infer } from '../../http/schemas.ts'
import { passwordLength } from './hash.ts'

/** A password as it is chosen. */
export const NewPassword = () =>
  Type.String({
    minLength: passwordLength.minimum,
    maxLength: passwordLength.maximum,
    examples: ['lagman-at-noon-7'],
  })

export const PasswordBody = Type.Object({
  old_password: Type.String({ minLength: 1, maxLength: 1024, examples: ['demo12345'] }),
  new_password: NewPassword(),
})
export type PasswordBody = Infer<typeof PasswordBody>

/** The same as forms with a repeated field send it. */
export const SettingsPasswordBody = Type.Object({
  current_password: PasswordBody.properties.old_password,
  new_password: NewPassword(),
  new_password2: Type.Optional(
    Type.String({ maxLength: 1024, description: 'The new password once more; refused when it differs.' }),
  ),
})
export type SettingsPasswordBody = Infer<typeof SettingsPasswordBody>

export const PasswordChanged = Type.Object({ detail: Type.String() })
