/** What time it is; tests hold it still or move it. */
export type Clock = () => Date

export const systemClock: Clock = () => new Date()
