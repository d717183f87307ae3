// Light or dark: as the system says, or as the reader chose.
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { readStored, writeStored } from './stored'

export type ThemeChoice = 'system' | 'light' | 'dark'
type Theme = { readonly choice: ThemeChoice; readonly shown: 'light' | 'dark' }

const KEY = 'sense-live.theme'

function parseChoice(value: unknown): ThemeChoice {
  return value === 'light' || value === 'dark' ? value : 'system'
}

const systemDark = () => matchMedia('(prefers-color-scheme: dark)')

function resolve(choice: ThemeChoice): Theme {
  if (choice !== 'system') return { choice, shown: choice }
  return { choice, shown: systemDark().matches ? 'dark' : 'light' }
}

const store = createStore<Theme>()(() => resolve(readStored(KEY, parseChoice, 'system')))

function show({ shown }: Theme): void {
  document.documentElement.dataset.theme = shown
}

/** Puts the theme on the page and follows the system's; returns what ends that. */
export function startTheme(): () => void {
  show(store.getState())
  // The attribute is set before anyone else hears of the change, so that charts read the new colours.
  const unsubscribe = store.subscribe(show)
  const media = systemDark()
  const follow = () => store.setState((theme) => resolve(theme.choice))
  media.addEventListener('change', follow)
  return () => {
    unsubscribe()
    media.removeEventListener('change', follow)
  }
}

export function chooseTheme(choice: ThemeChoice): void {
  writeStored(KEY, choice)
  store.setState(resolve(choice))
}

export function useTheme(): Theme {
  return useStore(store)
}
