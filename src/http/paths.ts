/** Whether a route works in a branch of a café, chosen by `?branch=`. */
export const isOfCafe = (url: string): boolean => url.startsWith('/api/cafe/')

/** `/api/cafe/orders/:id/` as the API document spells it: `/api/cafe/orders/{id}/`. */
export const documentedPath = (url: string): string => url.replace(/:(\w+)/g, '{$1}')
