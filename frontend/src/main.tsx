// Where the page begins.
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/app'
import './app/base.css'
import { ErrorScreen } from './app/error-screen'
import { SharedApp } from './app/shared-app'
import './app/theme.css'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no element with the id "root"')

// Strangers who come by a link have nothing to do with any session.
const isShared = window.location.pathname.startsWith('/shared/')

createRoot(root).render(
  <StrictMode>
    <ErrorScreen>{isShared ? <SharedApp /> : <App />}</ErrorScreen>
  </StrictMode>,
)
