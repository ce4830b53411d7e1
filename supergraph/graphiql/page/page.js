// oxlint-disable import/no-unassigned-import -- the page needs what these two do, not what they are
import 'graphiql/setup-workers/vite'
import 'graphiql/style.css'
import { GraphiQL } from 'graphiql'
import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { authorization, showSession } from './session.js'

/** Posts one operation to the endpoint that this page belongs to. */
async function fetcher(operation, { headers } = {}) {
  await showSession(document.getElementById('session'))
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization(), ...headers },
    body: JSON.stringify(operation),
  })
  return response.json()
}

await showSession(document.getElementById('session'))
const response = await fetch('/graphiql/examples.json')
const defaultTabs = await response.json()
createRoot(document.getElementById('graphiql')).render(
  createElement(GraphiQL, { fetcher, defaultTabs, shouldPersistHeaders: false, defaultEditorToolsVisibility: false }),
)
