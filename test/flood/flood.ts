import { fork } from 'node:child_process'
import { extname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { openSocket } from '../support/socket.ts'
import type { TestSocket } from '../support/socket.ts'
import type { Teardown } from '../support/teardown.ts'
import { waitUntil } from '../support/wait.ts'
import type { Attack, AttackReport } from './attack.ts'

export interface FloodOptions extends Pick<Attack, 'silent' | 'noisy' | 'slow' | 'guessers'> {
  /** A service with the demo café that knows nobody else and takes registrations. */
  httpUrl: string
  /** Orders the waiter takes while it is flooded, and before for comparison. */
  orders: number
  /** Between two of them. */
  pauseMs: number
}

/** Times in milliseconds. */
interface Times {
  median: number
  p99: number
  longest: number
}

/** How it is to be the waiter: what was answered, and how long answers and events took. */
interface Shift {
  /** Statuses that were not 201. */
  refused: number[]
  answer: Times
  /** From the request until the waiter's own screen shows the order. */
  event: Times
}

export interface FloodReport {
  calm: Shift
  flooded: Shift
  /** Status of a login of the waiter in the midst of it. */
  login: number
  /** Status of `/readyz` in the midst of it. */
  ready: number
  attack: AttackReport
}

const waiter = { email: 'waiter1@test.com', password: 'demo12345' }
/** Sockets a user may hold as the service is shipped, with some left. */
const socketsPerStranger = 90

/** Floods a service with everything at once, and takes orders meanwhile. */
export async function flood(t: Teardown, options: FloodOptions): Promise<FloodReport> {
  const { httpUrl, orders, pauseMs, ...sizes } = options
  const { access } = await logIn(httpUrl)
  const socket = await openSocket(t, `${httpUrl.replace('http', 'ws')}/ws/cafe/orders/?token=${access!}`, {
    timeoutMs: 60_000,
  })
  await socket.next('connection_established')
  const work = () => takeOrders({ httpUrl, token: access!, socket, orders, pauseMs })
  const calm = await work()

  const strangers = Math.ceil((sizes.silent / 2 + sizes.noisy) / socketsPerStranger)
  const tokens = await Promise.all(Array.from({ length: strangers }, (_, i) => register(httpUrl, i)))
  // apart, so that those who shout keep nobody else of them from answering pings
  const { noisy, ...quiet } = sizes
  const nobody = { silent: 0, noisy: 0, slow: 0, guessers: 0 }
  const common = { httpUrl, tokens, victim: waiter.email }
  const bands = [
    startAttackers(t, { ...common, ...nobody, ...quiet }),
    startAttackers(t, { ...common, ...nobody, noisy }),
  ]
  const ask = async () => together(await Promise.all(bands.map((report) => report())))
  // a machine that is busy otherwise may never hold all of them: the report says how many there were
  await waitUntil(async () => isUnderWay(await ask(), sizes), {
    what: 'the attack is under way',
    timeoutMs: 120_000,
  }).catch(() => {})
  const [flooded, login, ready] = await Promise.all([
    work(),
    logIn(httpUrl).then(({ status }) => status),
    fetch(`${httpUrl}/readyz`).then(({ status }) => status),
  ])
  return { calm, flooded, login, ready, attack: await ask() }
}

const attackers = new URL(`attackers${extname(import.meta.url)}`, import.meta.url)

/** Starts attackers in a process of their own; tells what came of it so far. */
function startAttackers(t: Teardown, attack: Attack): () => Promise<AttackReport> {
  const child = fork(attackers, [JSON.stringify(attack)])
  const gone = new Promise((resolve) => child.once('exit', resolve))
  t.teardown(async () => {
    child.kill('SIGKILL')
    await gone
  })
  return () =>
    new Promise((resolve) => {
      child.once('message', (report) => resolve(report as AttackReport))
      child.send('report')
    })
}

function together(reports: readonly AttackReport[]): AttackReport {
  const sum = (of: (report: AttackReport) => number) => reports.reduce((all, one) => all + of(one), 0)
  return {
    sockets: sum(({ sockets }) => sockets),
    sent: sum(({ sent }) => sent),
    cut: sum(({ cut }) => cut),
    closed: Object.assign({}, ...reports.map(({ closed }) => closed)) as AttackReport['closed'],
    guesses: Object.assign({}, ...reports.map(({ guesses }) => guesses)) as AttackReport['guesses'],
  }
}

/** Most of its sockets are there; a busy machine cuts those that are too slow to answer a ping, and they come back. */
const isUnderWay = ({ sockets, sent, guesses }: AttackReport, { silent, noisy, guessers }: Sizes) =>
  sockets > (silent / 2 + noisy) * 0.6 && sent > noisy * 100 && (guessers === 0 || (guesses[429] ?? 0) > 0)

type Sizes = Pick<Attack, 'silent' | 'noisy' | 'slow' | 'guessers'>

async function logIn(httpUrl: string): Promise<{ status: number; access?: string }> {
  const reply = await post(`${httpUrl}/api/users/login/`, waiter)
  return { status: reply.status, ...((await reply.json()) as { access?: string }) }
}

async function register(httpUrl: string, i: number): Promise<string> {
  const email = `stranger${i}.${Date.now()}@flood.test`
  const reply = await post(`${httpUrl}/api/users/register/`, {
    email,
    password: 'rubbish heap',
    company_name: `Flood ${i}`,
  })
  const { access } = (await reply.json()) as { access?: string }
  if (!access) throw new Error(`a stranger could not register: ${reply.status}`)
  return access
}

const post = (url: string, body: object, token?: string): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  })

interface Work {
  httpUrl: string
  token: string
  socket: TestSocket
  orders: number
  pauseMs: number
}

async function takeOrders({ httpUrl, token, socket, orders, pauseMs }: Work): Promise<Shift> {
  const [answers, events, refused]: [number[], number[], number[]] = [[], [], []]
  for (let i = 0; i < orders; i++) {
    const began = performance.now()
    const reply = await post(`${httpUrl}/api/cafe/orders/`, { guests: 2 }, token)
    const { id } = (await reply.json()) as { id?: string }
    answers.push(performance.now() - began)
    if (reply.status !== 201) refused.push(reply.status)
    else {
      await socket.next(
        ({ type, data }) => type === 'order_created' && (data as { order: { id: string } }).order.id === id,
      )
      events.push(performance.now() - began)
    }
    await delay(pauseMs)
  }
  return { refused, answer: timesOf(answers), event: timesOf(events) }
}

function timesOf(times: number[]): Times {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => Math.round(sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN)
  return { median: at(0.5), p99: at(0.99), longest: at(1) }
}
