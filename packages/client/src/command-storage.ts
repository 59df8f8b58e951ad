import type { Command } from './command.ts'

/** Where commands wait that the service has not answered. */
export interface CommandStorage {
  /** In the order in which they were put. */
  all(): Promise<readonly Command[]>
  put(command: Command): Promise<void>
  remove(id: string): Promise<void>
}

/** For programs and tests: gone with the process. */
export function memoryCommands(): CommandStorage {
  const commands = new Map<string, Command>()
  return {
    all: async () => [...commands.values()],
    put: async (command) => void commands.set(command.id, command),
    remove: async (id) => void commands.delete(id),
  }
}

interface Request<T> {
  readonly result: T
  readonly error: unknown
  addEventListener(type: 'success' | 'error' | 'upgradeneeded', listener: () => void): void
}

interface Store {
  getAll(): Request<{ command: Command }[]>
  put(row: { command: Command; id: string }): Request<unknown>
  index(name: string): { getKey(id: string): Request<number | undefined> }
  delete(key: number): Request<unknown>
}

interface Opened {
  createObjectStore(name: string, options: object): { createIndex(name: string, path: string): void }
  transaction(store: string, mode: 'readonly' | 'readwrite'): { objectStore(name: string): Store }
}

interface Factory {
  open(name: string, version: number): Request<Opened>
}

const table = 'commands'

/** For browsers: survives a reload. @param name of the database */
export function indexedDbCommands(name = 'cafe-realtime'): CommandStorage {
  const { indexedDB } = globalThis as unknown as { indexedDB: Factory }
  let opened: Promise<Opened> | null = null
  const open = (): Promise<Opened> => {
    const request = indexedDB.open(name, 1)
    request.addEventListener('upgradeneeded', () =>
      request.result.createObjectStore(table, { autoIncrement: true }).createIndex('id', 'id'),
    )
    return settled(request)
  }
  const store = async (mode: 'readonly' | 'readwrite'): Promise<Store> => {
    opened ??= open().catch((error: unknown) => {
      opened = null
      throw error
    })
    return (await opened).transaction(table, mode).objectStore(table)
  }
  return {
    all: async () => (await settled((await store('readonly')).getAll())).map(({ command }) => command),
    put: async (command) => void (await settled((await store('readwrite')).put({ command, id: command.id }))),
    async remove(id) {
      const commands = await store('readwrite')
      const key = await settled(commands.index('id').getKey(id))
      if (key !== undefined) await settled(commands.delete(key))
    },
  }
}

const settled = <T>(request: Request<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error))
  })
