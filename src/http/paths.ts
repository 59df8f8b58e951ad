/** Whether a route works in a branch of a café, chosen by `?branch=`. */
export const isOfCafe = (url: string): boolean => url.startsWith('/api/cafe/')
