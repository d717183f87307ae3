// Which field of a dialog has the focus first. React focuses while the dialog is still shut, and leaves no attribute.

export function focusedFirst(element: HTMLElement | null): void {
  element?.setAttribute('autofocus', '')
}
