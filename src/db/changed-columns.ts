/**
 * What of the wanted values differs from the row: the columns a change really changes, null when there are none.
 * Columns that are undefined in `wanted` were not asked to change. Compares plain values only.
 */
export function changedColumns<Row extends object>(row: Row, wanted: Partial<Row>): Partial<Row> | null {
  const changed = Object.entries(wanted).filter(
    ([column, value]) => value !== undefined && value !== row[column as keyof Row],
  )
  return changed.length > 0 ? (Object.fromEntries(changed) as Partial<Row>) : null
}
