import { defineConfig } from 'drizzle-kit'

/** Where `npm run db:generate` finds the tables and puts the SQL migrations. */
export default defineConfig({
  dialect: 'postgresql',
  schema: './src/db/schema/index.ts',
  out: './drizzle',
})
