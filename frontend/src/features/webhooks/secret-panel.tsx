// The secret that signs what a webhook is told, shown this once.
import { Button } from '../../components/button'
import { CopyText } from '../../components/copy-text'
import { Notice } from '../../components/notice'

type SecretPanelProps = { readonly secret: string; readonly onDone: () => void }

export function SecretPanel({ secret, onDone }: SecretPanelProps) {
  return (
    <>
      <Notice tone="warn">
        Give this secret to the receiving program now: it tells our messages from forged ones by it. It is not
        shown again.
      </Notice>
      <CopyText label="Secret" text={secret} testId="webhook-secret" focused />
      <Button weight="main" onClick={onDone}>
        Done
      </Button>
    </>
  )
}
