import { waitMs } from './backoff.ts'
import { CafeError, isTransient } from './cafe-error.ts'
import type { AnyRequest, Cafe } from './rest.ts'
import type { CommandStorage } from './command-storage.ts'
import type { Command } from './command.ts'
import { newKey } from './new-key.ts'

/** A command that the service refused while others wait behind it. */
export interface Stopped {
  readonly command: Command
  readonly error: CafeError
}

/** Sends commands one after the other, in the order they were made, and keeps them until they are answered. */
export interface CommandQueue {
  /** Those not answered yet, the oldest first. */
  readonly commands: readonly Command[]
  readonly stopped: Stopped | null
  /** Resolves with the answer, which may take until the network is back; fails when the service refuses. */
  send(method: Command['method'], path: string, request: AnyRequest): Promise<unknown>
  /** Sends the refused command again, or leaves it out; then goes on. */
  retry(): void
  discard(): void
  /** Tries now, when it waits for the network. */
  wake(): void
  close(): void
}

interface Parts {
  readonly cafe: Pick<Cafe, 'request'>
  readonly storage: CommandStorage
  readonly onChange: () => void
  readonly onAnswer: (command: Command, answer: unknown) => void
  readonly onError: (error: unknown) => void
}

interface Caller {
  resolve(answer: unknown): void
  reject(error: unknown): void
}

interface Locks {
  request<T>(name: string, options: object, held: (lock: unknown) => Promise<T>): Promise<T>
}

export function createCommandQueue({ cafe, storage, onChange, onAnswer, onError }: Parts): CommandQueue {
  const owner = newKey()
  const ending = new AbortController()
  const callers = new Map<string, Caller>()
  let commands: readonly Command[] = []
  let stopped: Stopped | null = null
  let failures = 0
  let sending = false
  let timer: ReturnType<typeof setTimeout> | undefined
  /** One write after the other, so that the order of the storage is that of the commands. */
  let stored = adopt().catch(onError)

  /** Takes over what was left by tabs that are gone. */
  async function adopt(): Promise<void> {
    const left = (await storage.all()).filter((command) => command.owner !== owner)
    await holdsName(owner)
    const gone = new Map<string, boolean>()
    for (const { owner } of left) if (!gone.has(owner)) gone.set(owner, await holdsName(owner))
    change([...left.filter((command) => gone.get(command.owner)), ...commands])
  }

  /** Takes the lock of an owner until this ends; false when another tab has it. */
  function holdsName(name: string): Promise<boolean> {
    const { locks } = (globalThis as { navigator?: { locks?: Locks } }).navigator ?? {}
    if (!locks) return Promise.resolve(true)
    return new Promise((resolve, reject) => {
      const hold = (lock: unknown) => {
        resolve(lock !== null)
        return new Promise<void>((free) => {
          if (lock === null) free()
          else ending.signal.addEventListener('abort', () => free())
        })
      }
      locks.request(`cafe-realtime commands ${name}`, { ifAvailable: true }, hold).catch(reject)
    })
  }

  function change(now: readonly Command[]): void {
    commands = now
    onChange()
    void sendAll()
  }

  async function sendAll(): Promise<void> {
    if (sending) return
    sending = true
    clearTimeout(timer)
    await stored
    while (commands.length > 0 && !stopped && !ending.signal.aborted) {
      const command = commands[0]!
      try {
        finish(command, await sendOnce(command))
      } catch (error) {
        if (ending.signal.aborted) break
        if (error instanceof CafeError && !isPassing(error)) refuse(command, error)
        else {
          timer = setTimeout(() => void sendAll(), waitMs(failures++, (error as CafeError).retryAfterMs))
          break
        }
      }
    }
    sending = false
  }

  async function sendOnce(command: Command): Promise<unknown> {
    const { id, method, path, names, body, version } = command
    const { signal } = ending
    try {
      return await cafe.request(method, path, { path: names, body, version, idempotencyKey: id, signal })
    } catch (error) {
      // the answer of an earlier attempt was lost
      if (failures > 0 && method === 'delete' && error instanceof CafeError && error.status === 404)
        return undefined
      throw error
    }
  }

  function finish(command: Command, answer: unknown): void {
    failures = 0
    onAnswer(command, answer)
    remove(command)
    callers.get(command.id)?.resolve(answer)
    callers.delete(command.id)
  }

  function refuse(command: Command, error: CafeError): void {
    failures = 0
    if (commands.length > 1) {
      stopped = { command, error }
      onChange()
    } else remove(command)
    callers.get(command.id)?.reject(error)
    callers.delete(command.id)
  }

  function remove({ id }: Command): void {
    stored = stored.then(() => storage.remove(id)).catch(onError)
    commands = commands.filter((command) => command.id !== id)
    onChange()
  }

  function goOn(): void {
    stopped = null
    onChange()
    void sendAll()
  }

  return {
    get commands() {
      return commands
    },
    get stopped() {
      return stopped
    },
    send(method, path, { path: names = {}, body, version, idempotencyKey = newKey() }) {
      const command: Command = {
        id: idempotencyKey,
        method,
        path,
        names,
        body,
        version,
        madeAt: Date.now(),
        owner,
      }
      const answer = new Promise((resolve, reject) => callers.set(command.id, { resolve, reject }))
      stored = stored.then(() => storage.put(command)).catch(onError)
      change([...commands, command])
      return answer
    },
    retry: goOn,
    discard() {
      if (stopped) remove(stopped.command)
      goOn()
    },
    wake() {
      if (!stopped && commands.length > 0) void sendAll()
    },
    close() {
      ending.abort()
      clearTimeout(timer)
    },
  }
}

/** Whether the same command may succeed later: no answer, no login at the moment, too much at once. */
const isPassing = (error: CafeError): boolean =>
  isTransient(error) || error.status === 401 || error.status === 429
