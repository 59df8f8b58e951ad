/** Where the picture of this name is found; without scheme and host. */
export const picturePath = (companyId: string, name: string): string =>
  `/api/menu-images/${companyId}/${name}`
