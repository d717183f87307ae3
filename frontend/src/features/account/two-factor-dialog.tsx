// Set two-factor up, step by step: password, the app, its first code, the recovery codes.
import { useState } from 'react'
import { confirmTwoFactor } from '../../api/confirm-two-factor'
import { startTwoFactor } from '../../api/start-two-factor'
import { Button } from '../../components/button'
import { CopyText } from '../../components/copy-text'
import { Dialog } from '../../components/dialog'
import { Form } from '../../components/form'
import type { Account, TwoFactorSetup } from '../../protocol/account'
import { ProblemNotice } from '../forms/problem-notice'
import { useCall } from '../forms/use-call'
import { CodeField } from './code-field'
import { OwnPassword } from './own-password'
import { RecoveryCodes } from './recovery-codes'
import styles from './two-factor-dialog.module.css'

type TwoFactorDialogProps = {
  readonly account: Account
  readonly onConfirmed: (recoveryCodes: number) => void
  readonly onClose: () => void
}

export function TwoFactorDialog({ account, onConfirmed, onClose }: TwoFactorDialogProps) {
  const [setup, setSetup] = useState<TwoFactorSetup | null>(null)
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  if (codes) {
    return (
      <Dialog title="Keep your recovery codes" onClose={onClose} keepOpen>
        <RecoveryCodes codes={codes} username={account.username} onDone={onClose} />
      </Dialog>
    )
  }
  return (
    <Dialog title="Set up two-factor" onClose={onClose} keepOpen={setup !== null}>
      {setup ? (
        <Confirm
          setup={setup}
          onConfirmed={(given) => {
            setCodes(given)
            onConfirmed(given.length)
          }}
        />
      ) : (
        <Begin account={account} onSetup={setSetup} />
      )}
    </Dialog>
  )
}

type BeginProps = { readonly account: Account; readonly onSetup: (setup: TwoFactorSetup) => void }

function Begin({ account, onSetup }: BeginProps) {
  const [password, setPassword] = useState('')
  const { busy, problem, fault, run } = useCall()
  return (
    <Form
      label="Begin"
      onSubmit={() => run(() => startTwoFactor(account.hasPassword ? password : null), onSetup)}
    >
      <p>
        You need an authenticator app on your phone, for example Aegis, FreeOTP, Google Authenticator or the
        one in your password manager.
      </p>
      {account.hasPassword && (
        <OwnPassword
          username={account.username}
          value={password}
          onChange={setPassword}
          error={fault('password')}
          autoFocus
        />
      )}
      <ProblemNotice problem={problem} shownFields={['password']} />
      <Button weight="main" type="submit" disabled={busy}>
        Go on
      </Button>
    </Form>
  )
}

type ConfirmProps = {
  readonly setup: TwoFactorSetup
  readonly onConfirmed: (codes: readonly string[]) => void
}

function Confirm({ setup, onConfirmed }: ConfirmProps) {
  const [code, setCode] = useState('')
  const { busy, problem, fault, run } = useCall()
  return (
    <Form label="Confirm" onSubmit={() => run(() => confirmTwoFactor(code.trim()), onConfirmed)}>
      <p>Scan this with the app:</p>
      <img
        className={styles.qr}
        src={setup.qr}
        alt="QR code for the authenticator app"
        width={200}
        height={200}
      />
      <CopyText label="Or type this into it" text={inGroups(setup.secret)} testId="two-factor-secret" />
      <CodeField
        hint="Six digits, as the app shows them now."
        value={code}
        onChange={setCode}
        error={fault('code')}
      />
      <ProblemNotice problem={problem} shownFields={['code']} />
      <Button weight="main" type="submit" disabled={busy}>
        Switch on
      </Button>
    </Form>
  )
}

/** Four letters at a time can be kept in mind; apps take no notice of the gaps. */
function inGroups(secret: string): string {
  return secret.replace(/(.{4})(?=.)/g, '$1 ')
}
