// Narrow the record to one person, or to one kind of thing.
import { useState } from 'react'
import { Button } from '../../components/button'
import { Field } from '../../components/field'
import { SelectField } from '../../components/select-field'
import styles from './audit-filter.module.css'
import { KINDS } from './audit-words'

export type Filter = { readonly by: string; readonly model: string }

type AuditFilterProps = { readonly filter: Filter; readonly onChange: (filter: Filter) => void }

export function AuditFilter({ filter, onChange }: AuditFilterProps) {
  const [by, setBy] = useState(filter.by)
  return (
    <form
      className={styles.filter}
      role="search"
      aria-label="Narrow the record"
      onSubmit={(event) => {
        event.preventDefault()
        onChange({ ...filter, by: by.trim() })
      }}
    >
      <SelectField
        label="What"
        value={filter.model}
        onChange={(event) => onChange({ ...filter, model: event.target.value })}
      >
        {KINDS.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </SelectField>
      <Field
        label="Who"
        type="search"
        placeholder="Everybody"
        value={by}
        onChange={(event) => {
          setBy(event.target.value)
          if (!event.target.value) onChange({ ...filter, by: '' })
        }}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
      />
      <Button type="submit" disabled={by.trim() === filter.by}>
        Show
      </Button>
    </form>
  )
}
