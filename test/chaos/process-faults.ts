import { waitUntil } from '../support/wait.ts'
import { expect } from './fault.ts'
import type { Fault } from './fault.ts'

/** What happens to replicas and to clients. */
export const processFaults: readonly Fault[] = [
  {
    name: 'calm',
    title: 'nothing breaks; a branch opens, and its screens are switched on',
    answered: true,
    async run({ cafe, fleet, lasting }) {
      const branch = await cafe.openBranch(`Новый ${Date.now()}`)
      await fleet.add(cafe.viewsOf(branch, 10))
      await lasting(4000, 1000)
      expect(fleet.counts.resyncs.size === 0, 'nobody was told to fetch everything anew')
    },
  },
  {
    name: 'api-kill',
    title: 'SIGKILL of an API process',
    async run({ cluster, lasting }) {
      const [api] = cluster.apis
      await api.stop('SIGKILL')
      await lasting(2000, 500)
      await api.start()
    },
  },
  {
    name: 'api-kill-unpublished',
    title: 'SIGKILL of an API process between commit and publish',
    async run({ cluster, times }) {
      const [, api] = cluster.apis
      for (let i = times(5, 1); i > 0; i--) {
        await new Promise<void>((resolve) => {
          // it has committed when it publishes; Redis never hears of it
          cluster.apiLink.treat((bytes, direction) => {
            if (direction !== 'request' || !bytes.includes('cafe:{')) return 0
            void api.stop('SIGKILL').then(() => resolve())
            return 'lost'
          })
        })
        cluster.apiLink.heal()
        await api.start()
      }
    },
  },
  {
    name: 'ws-kill',
    title: 'SIGKILL of a socket replica',
    async run({ cluster, fleet, lasting }) {
      const [replica] = cluster.sockets
      await replica.stop('SIGKILL')
      await lasting(2000, 500)
      await replica.start()
      expect(fleet.counts.codes.has(1006), 'screens were cut off')
    },
  },
  {
    name: 'ws-restart',
    title: 'SIGTERM of every socket replica in turn (rolling restart)',
    async run({ cluster, fleet, lasting }) {
      for (const replica of cluster.sockets) {
        const code = await replica.stop('SIGTERM')
        expect(code === 0, `${replica.name} ended with ${code}`)
        await replica.start()
        await lasting(1000, 200)
      }
      const { codes } = fleet.counts
      expect([...codes.keys()].join() === '1012', `screens were closed with ${JSON.stringify([...codes])}`)
    },
  },
  {
    name: 'client-stalls',
    title: 'a client stops reading until it is closed, then comes back',
    async run({ cluster, fleet, traffic, cafe }) {
      const view = cafe.quietView
      // on a busy machine the missed pong comes before the full queue
      const closes = () => sumOf(cluster.sockets.map((one) => one.metric('cafe_socket_closes_total')))
      const before = await closes()
      const [stalled] = await fleet.add([view, view, view])
      const body = await largeOrder(traffic, view.token)
      const post = () => traffic.send<{ id: string }>(view.token, 'POST', '/api/cafe/orders/', body)
      const orders = await Promise.all([post(), post(), post(), post()])
      stalled!.stall()
      for (let i = 0; (await closes()) === before; i++) {
        expect(i < 50, 'the screen that does not read was closed')
        const edit = { note: `правка ${i}` }
        await Promise.all(
          orders.map((order) => traffic.send(view.token, 'PATCH', `/api/cafe/orders/${order!.id}/`, edit)),
        )
      }
      stalled!.read()
    },
  },
  {
    name: 'clients-vanish',
    title: 'clients gone without a word, their connections left open',
    async run({ cluster, fleet }) {
      const open = () => sumOf(cluster.sockets.map((one) => one.metric('cafe_sockets')))
      const count = fleet.screens.length
      const ends = fleet.screens.filter((_, i) => i % 8 === 0).map((screen) => screen.vanish())
      await fleet.greeted()
      expect((await open()) > count, 'the dead connections count as open')
      await waitUntil(async () => (await open()) === count, {
        what: 'dead ones are found',
        timeoutMs: 60_000,
      })
      for (const end of ends) end()
    },
  },
  {
    name: 'clients-cut',
    title: 'all clients cut at once, again and again',
    async run({ fleet, lasting, times }) {
      for (let i = times(5, 2); i > 0; i--) {
        for (const screen of fleet.screens) screen.cut()
        await lasting(1500, 800)
        await fleet.greeted()
      }
    },
  },
]

const sumOf = async (numbers: Promise<number>[]): Promise<number> =>
  (await Promise.all(numbers)).reduce((sum, one) => sum + one, 0)

/** An order whose every edit is an event of some 200 kB. */
async function largeOrder(traffic: { send: SendOf }, token: string) {
  const category = await traffic.send<{ id: string }>(token, 'POST', '/api/cafe/categories/', {
    title: `Банкет ${Date.now()}`,
  })
  const dish = await traffic.send<{ id: string }>(token, 'POST', '/api/cafe/menu-items/', {
    title: 'Плов',
    price: '250.00',
    category: category!.id,
  })
  const items = Array.from({ length: 200 }, (_, i) => ({
    menu_item: dish!.id,
    quantity: 1,
    note: `${i} ${'без лука '.repeat(50)}`,
  }))
  return { guests: 200, items }
}

type SendOf = <Body>(token: string, method: string, path: string, body?: object) => Promise<Body | null>
