// Switch two-factor off, with a code as the proof.
import { useState } from 'react'
import { endTwoFactor } from '../../api/end-two-factor'
import { Button } from '../../components/button'
import { Buttons } from '../../components/buttons'
import { Form } from '../../components/form'
import { ProblemNotice } from '../forms/problem-notice'
import { useCall } from '../forms/use-call'
import { CodeField } from './code-field'

export function TwoFactorEnd({ onEnded }: { readonly onEnded: () => void }) {
  const [asked, setAsked] = useState(false)
  const [isKept, setKept] = useState(false)
  const [code, setCode] = useState('')
  const { busy, problem, fault, run } = useCall()
  const keep = () => {
    setKept(true)
    setAsked(false)
  }
  if (!asked) {
    return (
      <Button weight="danger" onClick={() => setAsked(true)} autoFocus={isKept}>
        Switch off…
      </Button>
    )
  }
  return (
    <Form label="Switch two-factor off" onSubmit={() => run(() => endTwoFactor(code.trim()), onEnded)}>
      <CodeField
        hint="From your app, or one of your recovery codes."
        value={code}
        onChange={setCode}
        error={fault('code')}
      />
      <ProblemNotice problem={problem} shownFields={['code']} />
      <Buttons>
        <Button weight="danger" type="submit" disabled={busy}>
          Switch two-factor off
        </Button>
        <Button weight="quiet" disabled={busy} onClick={keep}>
          Leave it on
        </Button>
      </Buttons>
    </Form>
  )
}
