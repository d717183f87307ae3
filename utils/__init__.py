"""What runs beside the server: programs for the boards."""
