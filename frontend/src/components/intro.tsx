// What a screen of the settings is about, and the one thing most come for.
import type { ReactNode } from 'react'
import styles from './intro.module.css'

type IntroProps = { readonly words: ReactNode; readonly action?: ReactNode }

export function Intro({ words, action }: IntroProps) {
  return (
    <div className={styles.intro}>
      <p>{words}</p>
      {action}
    </div>
  )
}
