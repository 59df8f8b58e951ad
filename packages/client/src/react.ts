import { createContext, createElement, useContext, useEffect, useRef, useSyncExternalStore } from 'react'
import type { ReactNode } from 'react'
import type { CafeEvent, EventTypeOf, Status } from './index.ts'
import type { LiveBranch, LiveState, Order, Table, Task, Zone } from './live.ts'

/** Hooks for React 18 and later, and for Preact by `preact/compat`. Each renders only when what it returns has changed. */

const Branch = createContext<LiveBranch | null>(null)

/** Gives the hooks below it their branch. */
export const BranchProvider = ({ branch, children }: { branch: LiveBranch; children?: ReactNode }) =>
  createElement(Branch.Provider, { value: branch }, children)

/** The branch itself, to send changes with. */
export function useBranch(): LiveBranch {
  const branch = useContext(Branch)
  if (!branch) throw new Error('no <BranchProvider> around this component')
  return branch
}

/** A part of the state; the selector returns the same object until that part changes. */
export function useBranchState<T>(select: (state: LiveState) => T): T {
  const branch = useBranch()
  const read = () => select(branch.getSnapshot())
  return useSyncExternalStore(branch.subscribe, read, read)
}

/** Every table. */
export const useTables = (): readonly Table[] => useBranchState(({ tables }) => listOf(tables))

export const useZones = (): readonly Zone[] => useBranchState(({ zones }) => listOf(zones))

/** Open orders. */
export const useOrders = (): readonly Order[] => useBranchState(({ orders }) => listOf(orders))

/** An open order; undefined when there is none of this id, or not any more. */
export const useOrder = (id: string): Order | undefined => useBranchState(({ orders }) => orders.get(id))

/** Unfinished tasks of the kitchen, or of one kitchen. */
export function useKitchen(kitchen?: string): readonly Task[] {
  const tasks = useBranchState(({ tasks }) => listOf(tasks))
  return kitchen === undefined ? tasks : tasks.filter((task) => task.kitchen === kitchen)
}

/** How the connection is; see `Status`. */
export const useStatus = (): Status => useBranchState(({ status }) => status)

/** Calls a function with every event of a type; it may be another one with every rendering. */
export function useEvent<T extends EventTypeOf<'tables' | 'kitchen'>>(
  type: T,
  listener: (event: CafeEvent<T>) => void,
): void {
  const branch = useBranch()
  const latest = useRef(listener)
  useEffect(() => {
    latest.current = listener
  })
  useEffect(() => branch.on(type, (event) => latest.current(event)), [branch, type])
}

const lists = new WeakMap<object, readonly unknown[]>()

/** The same list as long as the map is the same. */
function listOf<Row>(rows: ReadonlyMap<string, Row>): readonly Row[] {
  const known = lists.get(rows) as readonly Row[] | undefined
  const list = known ?? [...rows.values()]
  if (!known) lists.set(rows, list)
  return list
}
