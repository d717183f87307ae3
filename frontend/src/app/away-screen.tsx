// While the server does not answer before the page could show anything.
import { Button } from '../components/button'
import { MessageScreen } from '../components/message-screen'

export function AwayScreen({ onTryNow }: { readonly onTryNow: () => void }) {
  return (
    <MessageScreen title="The server does not answer">
      <p role="status">It may be starting, or the network is away. The page tries again every few seconds.</p>
      <Button onClick={onTryNow}>Try now</Button>
    </MessageScreen>
  )
}
