// The settings: a list of what there is, and the chosen part. On a phone one after the other.
import { useEffect, useRef, type RefObject } from 'react'
import { Icon } from '../../components/icon'
import { Notice } from '../../components/notice'
import { PageLink } from '../../components/page-link'
import type { User } from '../../protocol/user'
import { sectionsFor, slugOf, type Section } from './sections'
import styles from './settings-screen.module.css'

type SettingsScreenProps = {
  readonly user: User
  readonly path: string
  /** The live page's address, with its window of time. */
  readonly home: string
}

export default function SettingsScreen({ user, path, home }: SettingsScreenProps) {
  const slug = slugOf(path)
  const sections = sectionsFor(user)
  const section = slug ? sections.find((one) => one.slug === slug) : sections[0]
  const heading = useRef<HTMLHeadingElement>(null)
  useTitle(section && slug ? `${section.title} · Settings` : 'Settings')
  useFocusAfterMoves(heading, path)
  return (
    <div className={styles.page} data-at={slug ? 'section' : 'list'}>
      <header className={styles.header}>
        <PageLink href={home} className={styles.back}>
          <Icon name="back" /> Live page
        </PageLink>
        <h1>Settings</h1>
      </header>
      <div className={styles.columns}>
        <SectionList sections={sections} current={section} />
        <main className={styles.main}>
          <PageLink href="/settings/" className={styles.up}>
            <Icon name="back" /> All settings
          </PageLink>
          <h2 ref={heading} tabIndex={-1}>
            {section?.title ?? 'Not here'}
          </h2>
          {section ? <section.Content user={user} key={section.slug} /> : <NotHere />}
        </main>
      </div>
    </div>
  )
}

type SectionListProps = { readonly sections: readonly Section[]; readonly current: Section | undefined }

function SectionList({ sections, current }: SectionListProps) {
  return (
    <nav className={styles.list} aria-label="Settings">
      <ul>
        {sections.map(({ slug, title, words }) => (
          <li key={slug}>
            <PageLink href={`/settings/${slug}/`} aria-current={slug === current?.slug ? 'page' : undefined}>
              <strong>{title}</strong>
              <span>{words}</span>
            </PageLink>
          </li>
        ))}
      </ul>
    </nav>
  )
}

function NotHere() {
  return (
    <Notice tone="warn">
      There is no such page, or your account may not see it. An administrator can help.
    </Notice>
  )
}

function useTitle(title: string): void {
  useEffect(() => {
    const before = document.title
    document.title = `${title} · Sense Live`
    return () => {
      document.title = before
    }
  }, [title])
}

/** Who cannot see that another part came hears it. */
function useFocusAfterMoves(heading: RefObject<HTMLHeadingElement | null>, path: string): void {
  const shown = useRef(path)
  useEffect(() => {
    if (shown.current === path) return
    shown.current = path
    heading.current?.focus({ preventScroll: true })
  }, [heading, path])
}
