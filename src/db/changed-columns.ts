/**
 * The wanted values that differ from the row; null when there are none. Columns that are undefined in `wanted` do not
 * change. Compares primitive values only.
 */
export function changedColumns<Row extends object>(row: Row, wanted: Partial<Row>): Partial<Row> | null {
  const changed = Object.entries(wanted).filter(
    ([column, value]) => value !== undefined && value !== row[column as keyof Row],
  )
  return changed.length > 0 ? (Object.fromEntries(changed) as Partial<Row>) : null
}
