"""An hour of a busy installation, to see that nothing grows."""
