import t from 'tap'
import { onBoth } from '../../../support/database.ts'
import { missing } from '../../people.ts'
import { cafeAtWork } from '../set-up.ts'

t.test('lines on paths of their own', (t) =>
  onBoth(t, async (t, kind) => {
    const { cafe, waiter, soup, tea, order } = await cafeAtWork(t, kind)

    await t.test('lines are a resource of their own too', async (t) => {
      const lines = '/api/cafe/order-items/'
      const made = await order({ items: [{ menu_item: soup.id }] })
      const added = await waiter.post<{ id: string }>(lines, {
        order: made.id,
        menu_item: tea.id,
        quantity: 2,
      })
      t.match(added, {
        status: 201,
        body: { order: made.id, menu_item: tea.id, quantity: 2, company: made.company },
      })
      t.match((await waiter.get(`${lines}?order=${made.id}`)).body, { count: 2 })
      t.match((await waiter.get(`${lines}${added.body.id}/`)).body, { menu_item_title: tea.title })
      t.match((await waiter.patch(`${lines}${added.body.id}/`, { quantity: 1 })).body, { quantity: 1 })
      t.equal((await waiter.delete(`${lines}${added.body.id}/`)).status, 204)
      t.equal((await waiter.get(`${lines}${added.body.id}/`)).status, 404)
      t.match(await waiter.post(lines, { order: missing, menu_item: tea.id }), {
        status: 400,
        body: { order: [/не существует/] },
      })
      const stranger = cafe.as('waiter2')
      t.equal((await stranger.get(`${lines}${made.items[0]!.id}/`)).status, 404)
      t.match((await stranger.get(`${lines}?order=${made.id}`)).body, { count: 0 })
    })
  }),
)
