import t from 'tap'
import { onBoth } from '../support/database.ts'
import { access } from './access.ts'
import { answers } from './answers.ts'
import { bodies } from './bodies.ts'
import { chosenIds } from './chosen-ids.ts'
import { paths } from './paths.ts'
import { positions, textPositions } from './positions.ts'
import { sockets } from './sockets.ts'
import { buildWorld } from './world.ts'

t.test('nobody gets at what is of others', (t) =>
  onBoth(t, async (t, kind) => {
    const world = await buildWorld(t, kind)
    await t.test('who may call what', (t) => access(t, world))
    await t.test('ids in paths', (t) => paths(t, world))
    await t.test('ids in bodies and filters', (t) => bodies(t, world))
    await t.test('answers', (t) => answers(t, world))
    const { socketUrl } = await world.cafe.listen()
    await t.test('sockets', (t) => sockets(t, world, socketUrl))
    await t.test('positions that sockets come back with', (t) => positions(t, world, socketUrl))
    await t.test('and that requests for events name', (t) => textPositions(t, world, socketUrl))
    await t.test('ids and keys that clients choose', (t) => chosenIds(t, world))
  }),
)
