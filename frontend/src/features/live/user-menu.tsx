// What is rarely needed: appearance, the API's pages, signing out.
import { useRef } from 'react'
import { Button } from '../../components/button'
import { Icon } from '../../components/icon'
import { PageLink } from '../../components/page-link'
import { Segmented } from '../../components/segmented'
import { chooseTheme, useTheme, type ThemeChoice } from '../../components/theme'
import { closeSheet, useClosedFromOutside } from '../../components/use-closed-from-outside'
import { useLiveState } from '../../live/use-live'
import styles from './user-menu.module.css'

const THEMES: readonly { value: ThemeChoice; label: string }[] = [
  { value: 'system', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
]

type UserMenuProps = {
  readonly username: string
  readonly onRetention: () => void
  readonly onSignOut: () => void
}

export function UserMenu({ username, onRetention, onSignOut }: UserMenuProps) {
  const menu = useRef<HTMLDetailsElement>(null)
  const { choice } = useTheme()
  const mayAdminister = useLiveState(({ user }) => user?.permissions.includes('view_user') ?? false)
  useClosedFromOutside(menu)
  return (
    <details ref={menu} className={styles.menu}>
      <summary aria-label={`Menu of ${username}`}>
        <Icon name="person" />
        <span className={styles.username}>{username}</span>
        <Icon name="chevron" />
      </summary>
      <div className={styles.sheet}>
        <p className={styles.label}>Appearance</p>
        <Segmented label="Appearance" options={THEMES} value={choice} onChange={chooseTheme} />
        <hr />
        <PageLink href="/settings/">Settings</PageLink>
        <Button
          weight="quiet"
          onClick={() => {
            closeSheet(menu.current)
            onRetention()
          }}
        >
          How long readings are kept
        </Button>
        <a href="/api/docs/">API documentation</a>
        {mayAdminister && <a href="/admin/">Administration</a>}
        <hr />
        <Button weight="quiet" onClick={onSignOut}>
          Sign out
        </Button>
      </div>
    </details>
  )
}
