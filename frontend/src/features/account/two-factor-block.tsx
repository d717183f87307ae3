// A second factor at sign-in: off, being set up, or on.
import { useState } from 'react'
import { Badge } from '../../components/badge'
import { Block } from '../../components/block'
import { Button } from '../../components/button'
import { Notice } from '../../components/notice'
import type { Account } from '../../protocol/account'
import { TwoFactorDialog } from './two-factor-dialog'
import { TwoFactorEnd } from './two-factor-end'

type TwoFactorBlockProps = {
  readonly account: Account
  readonly onChanged: (twoFactor: boolean, recoveryCodesLeft: number) => void
}

const FEW_CODES = 3

export function TwoFactorBlock({ account, onChanged }: TwoFactorBlockProps) {
  const [isOpen, setOpen] = useState(false)
  return (
    <Block
      title="Two-factor"
      words="A code from an app on your phone, asked for after your password. A stolen password alone opens nothing then."
      action={account.twoFactor ? <Badge tone="good">On</Badge> : <Badge>Off</Badge>}
    >
      {account.twoFactor ? (
        <>
          <CodesLeft count={account.recoveryCodesLeft} />
          <TwoFactorEnd onEnded={() => onChanged(false, 0)} />
        </>
      ) : (
        <Button onClick={() => setOpen(true)}>Set up…</Button>
      )}
      {isOpen && (
        <TwoFactorDialog
          account={account}
          onConfirmed={(count) => onChanged(true, count)}
          onClose={() => setOpen(false)}
        />
      )}
    </Block>
  )
}

function CodesLeft({ count }: { readonly count: number }) {
  if (count >= FEW_CODES) return <p>{count} recovery codes are left.</p>
  return (
    <Notice tone="warn">
      {count === 0
        ? 'No recovery code is'
        : count === 1
          ? 'One recovery code is'
          : `${count} recovery codes are`}{' '}
      left. Switch two-factor off and set it up again for new ones.
    </Notice>
  )
}
