import { readFile } from 'node:fs/promises'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import t from 'tap'
import type { Test } from 'tap'
import { plainPubSub, shardedPubSub } from '../../src/bus/pubsub-commands.ts'
import { diagnoseRedis } from '../../src/bus/diagnose.ts'
import { openBus, redisSettings } from '../../src/bus/open.ts'
import type { Language } from '../../src/i18n/messages.ts'
import { readConfig } from '../../src/config/config.ts'
import { parseRedisUrl } from '../../src/config/redis-url.ts'
import { freePort } from '../support/free-port.ts'
import { rig } from '../support/rig.ts'
import { findRedis } from '../support/services/binaries.ts'
import { startRedis } from '../support/services/redis.ts'
import { waitUntil } from '../support/wait.ts'
import { makeCertificate } from './certificate.ts'
import { aStream } from './conformance.ts'
import { adminOf, startRedisCluster } from './redis-cluster.ts'
import { repository } from '../support/repository.ts'

const prefix = 'test_access:'

const configOf = (env: Record<string, string>) =>
  readConfig({
    DATABASE_URL: 'postgres://nobody@127.0.0.1/none',
    JWT_SECRET: 'x'.repeat(32),
    REDIS_PREFIX: prefix,
    ...env,
  })

const faultsOf = (env: Record<string, string>, language: Language = 'en') =>
  diagnoseRedis({ redis: redisSettings(configOf(env))!, prefix, language })

/** A bus as the service opens it, and the lines of its log. */
function open(t: Test, env: Record<string, string>) {
  const lines: { level: number; msg: string; why?: string }[] = []
  const log = pino({}, { write: (line) => lines.push(JSON.parse(line) as { level: number; msg: string }) })
  const bus = openBus({ config: configOf(env), log, registry: new Registry() })
  t.teardown(() => bus.close())
  return { bus, lines, isUp: () => waitUntil(() => bus.up, { what: 'the link is up' }) }
}

async function startServer(t: Test, more: readonly string[] = []) {
  const server = await startRedis(findRedis()!, rig().folder, (stop) => t.teardown(stop), undefined, more)
  return { ...server, admin: adminOf(t, server.port) }
}

t.test('TLS: only a server whose certificate is trusted gets to hear anything', async (t) => {
  const { ca, certificate, key } = makeCertificate()
  const port = await freePort()
  await startServer(
    t,
    `--tls-port ${port} --tls-cert-file ${certificate} --tls-key-file ${key} --tls-ca-cert-file ${ca} --tls-auth-clients no`.split(
      ' ',
    ),
  )
  const env = { REDIS_URL: `rediss://127.0.0.1:${port}` }
  const trusting = open(t, { ...env, REDIS_CA_FILE: ca })
  await trusting.isUp()
  const heard: string[] = []
  trusting.bus.onMessage((_, message) => heard.push(message.toString()))
  const stream = aStream()
  await trusting.bus.subscribe(stream)
  trusting.bus.publish(stream, Buffer.from('news'))
  await waitUntil(() => heard.length > 0, { what: 'a message' })
  t.strictSame(await faultsOf({ ...env, REDIS_CA_FILE: ca }), [])

  const strange = open(t, env)
  const [fault] = await faultsOf(env)
  t.match(fault, /127\.0\.0\.1:\d+: .*certificate/)
  t.equal(strange.bus.up, false)
  t.throws(() => open(t, { ...env, REDIS_CA_FILE: `${ca}.away` }), {
    message: /^REDIS_CA_FILE cannot be read/,
  })
  t.throws(() => configOf({ REDIS_URL: 'redis://one', REDIS_CA_FILE: ca }), { message: /rediss/ })
})

t.test('what an ACL forbids: the log and the doctor say so, and what to allow', async (t) => {
  const { admin, port } = await startServer(t)
  const allow = (rules: string) =>
    admin.call('ACL', 'SETUSER', ...`cafe reset on >s%20/cret ${rules}`.split(' '))
  const env = { REDIS_URL: `redis://cafe:s%2520%2Fcret@127.0.0.1:${port}` }
  const advice = `ACL SETUSER cafe resetchannels &${prefix}cafe:* ${plainPubSub.aclRules}`

  await allow(`resetchannels &other:* ${plainPubSub.aclRules}`)
  const { bus, lines, isUp } = open(t, env)
  await waitUntil(() => lines.some(({ msg }) => msg.includes('doctor')), { what: 'the log tells' })
  t.equal(bus.up, false)
  const [channel] = await faultsOf(env)
  t.match(channel, /NOPERM.*channel/)
  t.match(channel, advice)

  await allow(`resetchannels &${prefix}cafe:* ${plainPubSub.aclRules} -subscribe`)
  const [command, ...others] = await faultsOf(env)
  t.match(command, /NOPERM.*'subscribe'/)
  t.match(command, advice)
  t.strictSame(others, [])

  // what the doctor says is what helps
  await admin.call('ACL', 'SETUSER', ...advice.split(' ').slice(2))
  t.strictSame(await faultsOf(env), [])
  await isUp()

  const [password] = await faultsOf({ REDIS_URL: `redis://cafe:wrong@127.0.0.1:${port}` })
  t.match(password, /WRONGPASS.*REDIS_URL/)
  const [russian] = await faultsOf({ REDIS_URL: `redis://cafe:wrong@127.0.0.1:${port}` }, 'ru')
  t.match(russian, /WRONGPASS.*Проверьте имя и пароль в REDIS_URL/)
  const [away] = await faultsOf({ REDIS_URL: `redis://127.0.0.1:${await freePort()}` })
  t.match(away, /ECONNREFUSED/)
})

t.test('the same on the nodes of a cluster', async (t) => {
  const cluster = await startRedisCluster(
    t,
    `cafe on >secret resetchannels &${prefix}cafe:* ${shardedPubSub.aclRules}`,
  )
  const env = { REDIS_URL: cluster.url('cafe:secret') }
  t.strictSame(await faultsOf(env), [])
  const { admin, server } = await cluster.masterOf('{any}')
  await admin.call('ACL', 'SETUSER', 'cafe', '-ssubscribe')
  const [fault, ...others] = await faultsOf(env)
  t.match(fault, new RegExp(`${server.port}: NOPERM.*'ssubscribe'.*on every node`))
  t.strictSame(others, [])
})

t.test('the rules in docs/operations.md are those the tests run with', async (t) => {
  const page = await readFile(`${repository}docs/operations.md`, 'utf8')
  for (const { aclRules } of [plainPubSub, shardedPubSub]) t.ok(page.includes(aclRules), aclRules)
})

t.test('forms of REDIS_URL', async (t) => {
  t.strictSame(parseRedisUrl('redis://one'), {
    kind: 'standalone',
    nodes: [{ host: 'one', port: 6379 }],
    tls: false,
  })
  t.match(parseRedisUrl('rediss://name:p%40ss@[::1]:7000/0'), {
    nodes: [{ host: '::1', port: 7000 }],
    tls: true,
    username: 'name',
    password: 'p@ss',
  })
  t.match(parseRedisUrl('redis+sentinel://:pass@a:1,b/mymaster'), {
    kind: 'sentinel',
    nodes: [
      { host: 'a', port: 1 },
      { host: 'b', port: 26_379 },
    ],
    password: 'pass',
    master: 'mymaster',
  })
  t.match(parseRedisUrl('rediss+cluster://a:1,b:2,c'), {
    kind: 'cluster',
    nodes: [{ port: 1 }, { port: 2 }, { host: 'c', port: 6379 }],
    tls: true,
  })
  for (const url of [
    'redis://',
    'redis://a,b',
    'redis://a:0',
    'redis://a:99999',
    'redis://a/name',
    'redis://na%ZZme@a',
    'redis+sentinel://a,b',
    'redis+cluster://a,,b',
    'redis+ring://a',
  ]) {
    t.equal(parseRedisUrl(url), undefined, url)
    t.throws(() => configOf({ REDIS_URL: url }), {
      message: /^bad setting: REDIS_URL must be a URL such as redis:/,
    })
  }
})
