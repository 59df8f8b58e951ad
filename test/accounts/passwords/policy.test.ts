import t from 'tap'
import { isCommonPassword } from '../../../src/accounts/passwords/common.ts'
import type { DeclaredRoute } from '../../../src/plugins/declared-access.ts'
import { password, startCompany } from '../staff.ts'

t.test('what guessers try first is common, whatever the case and the keyboard layout', async (t) => {
  for (const one of ['12345678', 'PassWord1', ' qwertyuiop ', 'йцукенгш', 'Пароль123'])
    t.ok(await isCommonPassword(one), one)
  for (const one of [password, 'demo12345', 'пароль-кофе', '2345678\n9', 'xk3-Фонарь'])
    t.notOk(await isCommonPassword(one), one)
})

/** Fields of a body that hold a password somebody chooses. */
function newPasswords({ method, url, schema }: DeclaredRoute): string[] {
  const { properties = {} } = (schema.body ?? {}) as { properties?: Record<string, { minLength?: number }> }
  const fields = Object.keys(properties).filter(
    (name) => name.includes('password') && (properties[name]!.minLength ?? 0) > 1,
  )
  return method === 'HEAD' ? [] : fields.map((field) => `${method} ${url} ${field}`)
}

t.test('wherever a password is set, one that is easy to guess is refused on its field', async (t) => {
  const cafe = await startCompany(t)
  const waiter = await cafe.hire('waiter', [cafe.branches[0]!])
  const email = 'new-face@cafe.test'
  const bodies: Record<
    string,
    (chosen: string) => Promise<{ status: number; body: Record<string, unknown> }>
  > = {
    'POST /api/users/register/ password': (chosen) =>
      cafe.withToken().post('/api/users/register/', { email, password: chosen, company_name: 'Кафе' }),
    'POST /api/users/auth/register/ password': (chosen) =>
      cafe.withToken().post('/api/users/auth/register/', { email, password: chosen, company_name: 'Кафе' }),
    'POST /api/users/employees/create/ password': (chosen) =>
      cafe.owner.post('/api/users/employees/create/', { email, password: chosen, role: 'admin' }),
    'PATCH /api/users/settings/change-password/ new_password': (chosen) =>
      waiter.patch('/api/users/settings/change-password/', {
        current_password: password,
        new_password: chosen,
      }),
    'POST /api/users/employees/ password': (chosen) =>
      cafe.owner.post('/api/users/employees/', { email, password: chosen, role: 'admin' }),
    'PATCH /api/users/employees/:id/ password': (chosen) =>
      cafe.owner.patch(`/api/users/employees/${waiter.id}/`, { email, password: chosen }),
    'POST /api/users/password/ new_password': (chosen) =>
      waiter.post('/api/users/password/', { old_password: password, new_password: chosen }),
  }
  t.same(
    cafe.app.declaredRoutes.flatMap(newPasswords).sort(),
    Object.keys(bodies).sort(),
    'no way is missing',
  )

  for (const [way, set] of Object.entries(bodies)) {
    const field = way.split(' ').at(-1)!
    for (const [chosen, why] of [
      ['password123', 'Такой пароль слишком распространён, его легко подобрать.'],
      ['short', 'Убедитесь, что это значение содержит не менее 8 символов.'],
      ...(field === 'password'
        ? [['New-Face', 'Пароль не должен совпадать с адресом электронной почты.']]
        : []),
    ] as const) {
      const { status, body } = await set(chosen)
      t.equal(status, 400, `${way} ${chosen}`)
      t.same(body, { [field]: [why] })
    }
  }
  await waiter.patch('/api/users/profile/', { language: 'en' })
  const { body } = await bodies['POST /api/users/password/ new_password']!('password123')
  t.match(body, { new_password: [/^This password is too common/] })
  t.equal((await cafe.logIn(waiter.email)).login.user_id, waiter.id, 'nothing has changed')
})
