"""What speaks with a device and with a dashboard over a WebSocket."""
