"""The way of the Channels tutorial: every dashboard in the layer's group, one save for each message."""
