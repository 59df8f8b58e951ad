import t from 'tap'
import { waitUntil } from '../support/wait.ts'
import { freshDatabaseEnv, onBoth } from '../support/database.ts'
import { startApp } from '../support/app.ts'
import { password, startCompany } from './staff.ts'

t.test('tokens die at once', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startCompany(t, { kind })
    const anyone = cafe.withToken()

    t.test('on every device, when the employee is dismissed', async (t) => {
      const tablet = await cafe.hire('waiter')
      const phone = await cafe.logIn(tablet.email)
      t.equal((await phone.get('/api/users/profile/')).status, 200)
      t.equal((await cafe.owner.delete(`/api/users/employees/${tablet.id}/`)).status, 204)
      for (const device of [tablet, phone]) {
        t.equal((await device.get('/api/users/profile/')).body.code, 'token_not_valid')
        const refreshed = await anyone.post('/api/users/refresh/', { refresh: device.login.refresh })
        t.equal(refreshed.body.code, 'token_not_valid')
      }
      const login = await anyone.post('/api/users/login/', { email: tablet.email, password })
      t.equal(login.status, 401)
      t.equal(login.body.code, 'authentication_failed')
    })

    t.test('and coming back does not revive the old ones', async (t) => {
      const cook = await cafe.hire('cook')
      await cafe.owner.patch(`/api/users/employees/${cook.id}/`, { is_active: false })
      await cafe.owner.patch(`/api/users/employees/${cook.id}/`, { is_active: true })
      t.equal((await cook.get('/api/users/profile/')).body.code, 'token_not_valid')
      t.equal((await (await cafe.logIn(cook.email)).get('/api/users/profile/')).status, 200)
    })

    t.test('when the password changes', async (t) => {
      const cook = await cafe.hire('cook')
      await cafe.owner.patch(`/api/users/employees/${cook.id}/`, { password: 'another horse' })
      t.equal((await cook.get('/api/users/profile/')).body.code, 'token_not_valid')
      const old = await anyone.post('/api/users/login/', { email: cook.email, password })
      t.equal(old.status, 401)
      const fresh = await anyone.post('/api/users/login/', { email: cook.email, password: 'another horse' })
      t.equal(fresh.status, 200)
    })

    t.test('but a new role or branch needs no new token', async (t) => {
      const person = await cafe.hire('waiter')
      t.equal((await person.post('/api/users/branches/', { name: 'Не его дело' })).status, 403)
      await cafe.owner.patch(`/api/users/employees/${person.id}/`, { role: 'admin' })
      t.equal((await person.post('/api/users/branches/', { name: 'Теперь его дело' })).status, 201)
    })
  }),
)

t.test('two replicas on one database', async (t) => {
  const on = await freshDatabaseEnv(t)
  const here = await startCompany(t, { on })
  const there = await startApp(t, { on })
  const waiter = await here.hire('waiter')
  const profileThere = () => there.withToken(waiter.login.access).get('/api/users/profile/')

  await t.test('what was given on one counts at once on the other', async (t) => {
    t.equal((await profileThere()).status, 200, 'the other replica remembers the waiter now')
    await here.owner.patch(`/api/users/employees/${waiter.id}/`, { role: 'admin' })
    const created = await there.withToken(waiter.login.access).post('/api/users/branches/', { name: 'Север' })
    t.equal(created.status, 201)
  })

  await t.test('what was taken on one is gone on the other when its short memory ends', async (t) => {
    t.equal((await profileThere()).status, 200)
    await here.owner.delete(`/api/users/employees/${waiter.id}/`)
    const seen = Date.now()
    await waitUntil(async () => (await profileThere()).status === 401, {
      what: 'the token is dead there too',
    })
    t.ok(Date.now() - seen < 4000)
  })
})
