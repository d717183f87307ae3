// When the page itself is at fault: say so, and offer the one mend there is.
import { Component, type ReactNode } from 'react'
import { Button } from '../components/button'
import { MessageScreen } from '../components/message-screen'

type Props = { readonly children: ReactNode }

export class ErrorScreen extends Component<Props, { failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError() {
    return { failed: true }
  }

  override componentDidCatch(error: unknown) {
    console.error('Sense Live: the page failed.', error)
  }

  override render() {
    if (!this.state.failed) return this.props.children
    return (
      <MessageScreen title="Something went wrong on this page">
        <p>Your readings are safe: they are stored on the server. Loading the page again should mend it.</p>
        <Button weight="main" onClick={() => window.location.reload()}>
          Load again
        </Button>
      </MessageScreen>
    )
  }
}
