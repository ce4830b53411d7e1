import { defineConfig } from '@graphql-hive/gateway'

// For both planners: what a production gateway does without is switched off.
export const gatewayConfig = defineConfig({ graphiql: false, landingPage: false })
