/** Whether a route works in a branch of a café, which `?branch=` chooses. */
export const isOfCafe = (url: string): boolean => url.startsWith('/api/cafe/')
